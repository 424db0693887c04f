package io.webidentity.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.webidentity.injection.MemoryBudget;
import java.io.IOException;

/**
 * A review's JSON, any part of which can be read.
 *
 * @param bytes the request's body
 * @param json makes parsers of it
 * @param memory for what is kept of it
 */
record ReviewDocument(ReviewBytes bytes, JsonFactory json, MemoryBudget memory) {
  /** A parser before the first token. */
  JsonParser parser() throws IOException {
    return bytes.parser(json);
  }

  /** A parser of the part from one offset up to another. */
  JsonParser parser(int start, int end) throws IOException {
    return bytes.parser(json, start, end);
  }
}
