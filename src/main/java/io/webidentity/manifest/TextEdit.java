package io.webidentity.manifest;

import java.util.Comparator;
import java.util.List;

/**
 * One change of a text.
 *
 * @param offset where
 * @param removed how many characters are taken away there
 * @param inserted what comes in their place
 */
record TextEdit(int offset, int removed, String inserted) {
  /** A part of a text with all edits made; those at the same place in the order of the list. */
  static String apply(String text, int from, int to, List<TextEdit> edits) {
    StringBuilder result = new StringBuilder();
    int position = from;
    for (TextEdit edit :
        edits.stream().sorted(Comparator.comparingInt(TextEdit::offset)).toList()) {
      result.append(text, position, Math.max(position, edit.offset())).append(edit.inserted());
      position = Math.max(position, edit.offset() + edit.removed());
    }
    return result.append(text, position, to).toString();
  }
}
