package io.webidentity.shadow;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.webidentity.admission.Review.Header;
import io.webidentity.admission.ReviewBytes;
import io.webidentity.admission.ReviewJson;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads of a review what an answer must echo, and not a byte further: in shadow mode what follows
 * may be as broken as it likes, as the pod is none of our business. API servers write both first.
 */
final class ReviewHeaders {
  /** The decision's bounds: what can be decided on is answered here, too. */
  private final ReviewJson json = new ReviewJson();

  /** The header; empty if nobody could answer such a review. */
  Optional<Header> read(ReviewBytes body) {
    String apiVersion = "";
    String uid = "";
    try (JsonParser parser = body.parser(json.factory())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("apiVersion") && value == JsonToken.VALUE_STRING) {
          apiVersion = parser.getText();
        } else if (name.equals("request") && value == JsonToken.START_OBJECT) {
          uid = uid(parser, !apiVersion.isEmpty());
        } else {
          parser.skipChildren();
        }
        if (!apiVersion.isEmpty() && !uid.isEmpty()) {
          return Optional.of(new Header(apiVersion, uid));
        }
      }
    } catch (IOException _) {
      // Nobody could answer it.
    }
    return Optional.empty();
  }

  /** The request's uid, after which the rest is passed over if it is still needed. */
  private static String uid(JsonParser parser, boolean isLast) throws IOException {
    String uid = "";
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean here = parser.currentName().equals("uid");
      if (here && parser.nextToken() == JsonToken.VALUE_STRING) {
        uid = parser.getText();
        if (isLast) {
          return uid;
        }
      } else {
        if (!here) {
          parser.nextToken();
        }
        parser.skipChildren();
      }
    }
    return uid;
  }
}
