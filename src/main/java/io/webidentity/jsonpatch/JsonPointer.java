package io.webidentity.jsonpatch;

/**
 * A JSON Pointer (<a href="https://www.rfc-editor.org/rfc/rfc6901">RFC 6901</a>): where in a JSON
 * document a value is.
 *
 * @param value the pointer as it is written in a patch, such as {@code /spec/containers/0/env};
 *     empty for the whole document
 */
public record JsonPointer(String value) {
  /** The whole document. */
  public static final JsonPointer ROOT = new JsonPointer("");

  /**
   * The member of the object here that has this name; {@code ~} and {@code /} in it are escaped as
   * section 3 of the RFC asks.
   */
  public JsonPointer member(String name) {
    return new JsonPointer(value + '/' + escape(name));
  }

  /** The element of the array here that has this index, counted from 0. */
  public JsonPointer element(int index) {
    return new JsonPointer(value + '/' + index);
  }

  /** The place after the last element of the array here (RFC 6902, section 4.1). */
  public JsonPointer end() {
    return new JsonPointer(value + "/-");
  }

  private static String escape(String name) {
    // The order matters: the tilde of an escape must not be escaped again.
    return name.replace("~", "~0").replace("/", "~1");
  }

  @Override
  public String toString() {
    return value;
  }
}
