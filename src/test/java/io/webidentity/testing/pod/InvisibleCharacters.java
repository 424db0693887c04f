package io.webidentity.testing.pod;

import java.util.BitSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Code points that begin lines, drive terminals, turn text round or hide in it, named one by one:
 * what tests compare with must not be the program's own list.
 */
public final class InvisibleCharacters {
  private InvisibleCharacters() {}

  /** Half surrogate pairs included, which are code points of UTF-16 alone. */
  public static IntStream codePoints() {
    return Stream.of(
            range(0x00, 0x1F),
            range(0x7F, 0x9F),
            range(0xAD, 0xAD),
            range(0x61C, 0x61C),
            range(0x200B, 0x200F),
            range(0x2028, 0x202E),
            range(0x2060, 0x206F),
            range(0xD800, 0xDFFF),
            range(0xFEFF, 0xFEFF),
            range(0xFFF9, 0xFFFF),
            range(0xE0001, 0xE0001),
            range(0xE0020, 0xE007F))
        .flatMapToInt(range -> range)
        .filter(character -> character < 0xFFFC || character > 0xFFFD);
  }

  private static IntStream range(int first, int last) {
    return IntStream.rangeClosed(first, last);
  }

  /** A text with each of them once, letters between them so that no two are one. */
  public static String all() {
    StringBuilder text = new StringBuilder("a");
    codePoints().forEach(character -> text.appendCodePoint(character).append('a'));
    return text.toString();
  }

  /** Whether none of them is in the text. */
  public static boolean areAllMissingIn(String text) {
    BitSet there = new BitSet();
    text.codePoints().forEach(there::set);
    return codePoints().noneMatch(there::get);
  }
}
