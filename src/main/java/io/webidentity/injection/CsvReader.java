package io.webidentity.injection;

import java.util.List;

/**
 * Reads records of comma-separated values, as Go's encoding/csv does with its default settings: RFC
 * 4180, but lines may end in LF, empty lines are passed by, and a carriage return before a line
 * feed or at the very end is none of the text.
 */
final class CsvReader {
  private final String text;
  private int position;

  CsvReader(String text) {
    String lines = text.replace("\r\n", "\n");
    this.text = lines.endsWith("\r") ? lines.substring(0, lines.length() - 1) : lines;
    skipEmptyLines();
  }

  /** Whether there are no more records. */
  boolean atEnd() {
    return position == text.length();
  }

  /**
   * Adds the next record's fields to the list: none at the end. False if the record's quotes are
   * wrong; the list is then of no use.
   */
  boolean readRecord(List<String> fields) {
    while (!atEnd()) {
      boolean read = text.charAt(position) == '"' ? readQuoted(fields) : readPlain(fields);
      if (!read) {
        return false;
      }
      if (atEnd() || text.charAt(position++) == '\n') {
        break;
      }
      if (atEnd()) {
        fields.add("");
      }
    }
    skipEmptyLines();
    return true;
  }

  /** Reads up to the comma or the line's end. */
  private boolean readPlain(List<String> fields) {
    int start = position;
    while (!atEnd() && !endsField(text.charAt(position))) {
      if (text.charAt(position) == '"') {
        return false;
      }
      position++;
    }
    fields.add(text.substring(start, position));
    return true;
  }

  /** Reads what is between quotes, of which two stand for one. */
  private boolean readQuoted(List<String> fields) {
    StringBuilder field = new StringBuilder();
    position++;
    while (!atEnd()) {
      char character = text.charAt(position++);
      if (character != '"') {
        field.append(character);
      } else if (!atEnd() && text.charAt(position) == '"') {
        field.append('"');
        position++;
      } else {
        fields.add(field.toString());
        return atEnd() || endsField(text.charAt(position));
      }
    }
    return false;
  }

  private static boolean endsField(char character) {
    return character == ',' || character == '\n';
  }

  private void skipEmptyLines() {
    while (!atEnd() && text.charAt(position) == '\n') {
      position++;
    }
  }
}
