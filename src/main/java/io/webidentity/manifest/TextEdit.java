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
  /** The text with all edits made; those at the same place in the order of the list. */
  static String apply(String text, List<TextEdit> edits) {
    StringBuilder result = new StringBuilder();
    int position = 0;
    for (TextEdit edit :
        edits.stream().sorted(Comparator.comparingInt(TextEdit::offset)).toList()) {
      result.append(text, position, Math.max(position, edit.offset())).append(edit.inserted());
      position = Math.max(position, edit.offset() + edit.removed());
    }
    return result.append(text, position, text.length()).toString();
  }
}
