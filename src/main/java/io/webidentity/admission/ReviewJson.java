package io.webidentity.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.json.UTF8StreamJsonParser;
import com.fasterxml.jackson.core.sym.ByteQuadsCanonicalizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes parsers of reviews, which keep bounded memory whatever they read. A parser builds every
 * name, and of values only what is asked for. Names are remembered beyond the review, so that the
 * next one finds them quicker.
 */
public final class ReviewJson {
  /**
   * Deepest nesting accepted; API objects stay far below, and a reader must not be at a sender's
   * mercy.
   */
  static final int MAX_NESTING = 512;

  /**
   * Longest text of which anything is kept, characters: what API servers allow all annotations of
   * an object together (Kubernetes, TotalAnnotationSizeLimitB). Also the longest number.
   */
  private static final int LONGEST_TEXT = 256 * 1024;

  /**
   * Longest name, bytes. The longest that API servers write are paths of mounts, in {@code
   * managedFields}: PATH_MAX of Linux is 4096, and a byte may be escaped.
   */
  private static final int LONGEST_NAME = 16 * 1024;

  /**
   * Characters of all new names of one review. Annotations have fewer; so have the names that
   * {@code managedFields} makes of 5,000 containers. Jackson's table takes a time that grows with
   * their square: 8 MiB of long names took three seconds and 2.4 GB of garbage.
   */
  private static final int MAX_NAMES = 512 * 1024;

  /** Characters of all names that are remembered, about. */
  private static final int MAX_REMEMBERED = 1024 * 1024;

  private volatile Factory factory = new Factory();

  /** With nothing remembered. */
  public ReviewJson() {}

  /** Makes parsers of reviews, for the next review only. */
  public JsonFactory factory() {
    Factory usual = factory;
    if (usual.remembered.get() > MAX_REMEMBERED) {
      usual = new Factory();
      factory = usual;
    }
    return usual;
  }

  /** Knows how much its parsers have left in its table of names. */
  private static final class Factory extends JsonFactory {
    private static final long serialVersionUID = 1L;

    private final AtomicLong remembered = new AtomicLong();

    /** RFC 8259 allows no encoding but UTF-8. */
    Factory() {
      super(
          new JsonFactoryBuilder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(MAX_NESTING)
                      .maxStringLength(LONGEST_TEXT)
                      .maxNameLength(LONGEST_NAME)
                      .maxNumberLength(LONGEST_TEXT)
                      .build())
              .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
              .disable(JsonFactory.Feature.CHARSET_DETECTION));
    }

    @Override
    protected JsonParser _createParser(byte[] data, int offset, int length, IOContext context) {
      ByteQuadsCanonicalizer names = _byteSymbolCanonicalizer.makeChild(_factoryFeatures);
      return new Parser(this, context, names, null, data, offset, length);
    }

    @Override
    protected JsonParser _createParser(InputStream data, IOContext context) {
      ByteQuadsCanonicalizer names = _byteSymbolCanonicalizer.makeChild(_factoryFeatures);
      return new Parser(this, context, names, data, context.allocReadIOBuffer(), 0, 0);
    }
  }

  /** Bounds the names of a review. */
  private static final class Parser extends UTF8StreamJsonParser {
    private final Factory factory;
    private int known;
    private int characters;

    Parser(
        Factory factory,
        IOContext context,
        ByteQuadsCanonicalizer names,
        @Nullable InputStream more,
        byte[] data,
        int offset,
        int length) {
      super(
          context,
          factory.getParserFeatures(),
          more,
          null,
          names,
          data,
          offset,
          offset + length,
          0,
          more != null);
      this.factory = factory;
      this.known = names.size();
    }

    @Override
    public JsonToken nextToken() throws IOException {
      JsonToken token = super.nextToken();
      if (token == JsonToken.FIELD_NAME) {
        count(currentName());
      }
      return token;
    }

    @Override
    public String nextFieldName() throws IOException {
      String name = super.nextFieldName();
      if (name != null) {
        count(name);
      }
      return name;
    }

    private void count(String name) throws StreamConstraintsException {
      int now = _symbols.size();
      if (now != known) {
        known = now;
        characters += name.length();
        if (characters > MAX_NAMES) {
          throw new StreamConstraintsException("more names than a pod can have");
        }
      }
    }

    @Override
    public void close() throws IOException {
      super.close();
      if (characters > 0) {
        factory.remembered.addAndGet(characters);
        characters = 0;
      }
    }
  }
}
