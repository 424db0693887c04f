package io.webidentity.injection;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import io.webidentity.jsonpatch.Presence;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in a pod's JSON, with the expectations of a decoder: {@code null} counts as absent, a
 * value of another type is an error that says where it is. The path is only made up when it is
 * needed, from the parser's own context.
 */
final class PodJson {
  /** What a string takes beside its characters. */
  private static final int TEXT_BYTES = 56;

  /** Of a character in UTF-16, which most strings do without. */
  private static final int CHARACTER_BYTES = 2;

  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9]*");

  private final JsonParser parser;
  private final MemoryBudget memory;
  private final boolean hasReferences;
  private final JsonStreamContext pod;

  /**
   * A place at the beginning of the pod: the parser stands on its START_OBJECT.
   *
   * @param memory for what is kept of the pod
   */
  PodJson(JsonParser parser, MemoryBudget memory) throws MalformedPodException {
    this(parser, memory, true);
  }

  /**
   * The same.
   *
   * @param hasReferences whether values may refer to variables
   */
  PodJson(JsonParser parser, MemoryBudget memory, boolean hasReferences)
      throws MalformedPodException {
    this.hasReferences = hasReferences;
    this.parser = parser;
    this.memory = memory;
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedPodException("", "must be an object, not " + kind(parser.currentToken()));
    }
    this.pod = parser.getParsingContext();
  }

  /** Moves on to the value of the next member and returns its name; null at the object's end. */
  @Nullable String nextMember() throws IOException {
    String name = parser.nextFieldName();
    if (name != null) {
      parser.nextToken();
    }
    return name;
  }

  /** Moves on to the next element; false at the array's end. */
  boolean nextElement() throws IOException {
    return parser.nextToken() != JsonToken.END_ARRAY;
  }

  /** Whether an object begins here (to be read by {@link #nextMember}), or nothing is here. */
  boolean object() throws IOException, MalformedPodException {
    return begins(JsonToken.START_OBJECT, "an object");
  }

  /** Whether an array begins here (to be read by {@link #nextElement}), or nothing is here. */
  boolean array() throws IOException, MalformedPodException {
    return begins(JsonToken.START_ARRAY, "an array");
  }

  /** The string here; empty where nothing is. */
  String text() throws IOException, MalformedPodException {
    return begins(JsonToken.VALUE_STRING, "a string") ? keptText() : "";
  }

  /** The string here, a list that will be taken apart; empty where nothing is. */
  String listText() throws IOException, MalformedPodException {
    String list = text();
    // Every second character may be a name of its own, in a list and in a set.
    take((long) TEXT_BYTES * list.length());
    return list;
  }

  private String keptText() throws IOException {
    take(TEXT_BYTES + (long) CHARACTER_BYTES * parser.getTextLength());
    return parser.getText();
  }

  /** Takes memory for what is about to be kept of what is here. */
  void take(long bytes) throws IOException {
    memory.take(bytes);
  }

  /** The boolean here; false where nothing is. */
  boolean bool() throws MalformedPodException {
    return parser.currentToken() == JsonToken.VALUE_TRUE
        || (parser.currentToken() != JsonToken.VALUE_FALSE
            && begins(JsonToken.VALUE_TRUE, "a boolean"));
  }

  /** The string here if it begins like this; else an empty one, which then costs nothing. */
  String textBeginningWith(String prefix) throws IOException, MalformedPodException {
    if (!begins(JsonToken.VALUE_STRING, "a string") || parser.getTextLength() < prefix.length()) {
      return "";
    }
    char[] characters = parser.getTextCharacters();
    int offset = parser.getTextOffset();
    return at(characters, offset, prefix) ? keptText() : "";
  }

  /** Whether a string that is not empty is here. */
  boolean hasText() throws IOException {
    return parser.currentToken() == JsonToken.VALUE_STRING && parser.getTextLength() > 0;
  }

  /** Whether an object is here, to be read by {@link #nextMember}; other values are nobody's. */
  boolean isObject() {
    return parser.currentToken() == JsonToken.START_OBJECT;
  }

  /** Whether {@code true} is here. */
  boolean isTrue() {
    return parser.currentToken() == JsonToken.VALUE_TRUE;
  }

  /** The string here if it may refer to a variable and has this part; else an empty one. */
  String reference(String part) throws IOException {
    if (!hasReferences || !hasText()) {
      return "";
    }
    char[] characters = parser.getTextCharacters();
    int end = parser.getTextOffset() + parser.getTextLength() - part.length();
    for (int i = parser.getTextOffset(); i <= end; i++) {
      if (characters[i] == part.charAt(0) && at(characters, i, part)) {
        return keptText();
      }
    }
    return "";
  }

  private static boolean at(char[] characters, int index, String part) {
    for (int i = 0; i < part.length(); i++) {
      if (characters[index + i] != part.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether an array or object is here, so that things can be added to it. */
  Presence presence() {
    return absent() ? Presence.MISSING : Presence.PRESENT;
  }

  /** Whether {@code null} is here. */
  boolean absent() {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  /** Passes by what is here. */
  void skip() throws IOException {
    parser.skipChildren();
  }

  /** An error about the value here. */
  MalformedPodException malformed(String problem) {
    return new MalformedPodException(path(), problem);
  }

  private boolean begins(JsonToken wanted, String name) throws MalformedPodException {
    JsonToken token = parser.currentToken();
    if (token == wanted) {
      return true;
    }
    if (token == JsonToken.VALUE_NULL) {
      return false;
    }
    throw malformed("must be " + name + ", not " + kind(token));
  }

  private String path() {
    JsonStreamContext context = parser.getParsingContext();
    if (parser.currentToken() != null && parser.currentToken().isStructStart()) {
      // The parser has gone in already; what is wrong is the object or array itself.
      context = context.getParent();
    }
    StringBuilder path = new StringBuilder();
    while (context != null) {
      path.insert(0, step(context));
      if (context.equals(pod)) {
        break;
      }
      context = context.getParent();
    }
    return path.isEmpty() || path.charAt(0) != '.' ? path.toString() : path.substring(1);
  }

  private static String step(JsonStreamContext context) {
    if (context.inArray()) {
      return "[" + context.getCurrentIndex() + "]";
    }
    String name = context.getCurrentName();
    return PLAIN_NAME.matcher(name).matches() ? "." + name : "[\"" + name + "\"]";
  }

  private static String kind(@Nullable JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NULL -> "null";
      case null, default -> "nothing";
    };
  }
}
