package io.webidentity.manifest;

import io.webidentity.manifest.YamlValue.Mapping;
import io.webidentity.manifest.YamlValue.Sequence;

/**
 * How a document is written, for what is added to look like the rest.
 *
 * @param lineBreak what its lines end with
 * @param dashIndent how many columns dashes stand right of the key they belong to
 * @param json whether it is JSON
 */
record YamlStyle(String lineBreak, int dashIndent, boolean json) {
  /** The style of a document. */
  static YamlStyle of(String text, YamlValue root) {
    return new YamlStyle(
        text.contains("\r\n") ? "\r\n" : "\n",
        Math.max(0, dashIndent(root)),
        YamlText.isJson(text));
  }

  /** Of the first block sequence under a key of a block mapping; -1 without any. */
  private static int dashIndent(YamlValue value) {
    if (value instanceof Mapping mapping && !mapping.flow()) {
      for (YamlValue.Entry entry : mapping.entries()) {
        int indent =
            entry.value() instanceof Sequence sequence && !sequence.flow()
                ? sequence.span().column() - mapping.span().column()
                : dashIndent(entry.value());
        if (indent >= 0) {
          return indent;
        }
      }
    } else if (value instanceof Sequence sequence) {
      for (YamlValue item : sequence.items()) {
        int indent = dashIndent(item);
        if (indent >= 0) {
          return indent;
        }
      }
    }
    return -1;
  }
}
