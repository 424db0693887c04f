package io.webidentity.kubernetes;

import java.security.SecureRandom;

/**
 * SipHash-2-4 of texts: 64 bits under a key. Whoever does not know the key cannot make two texts
 * with the same hash, and a text that nobody chose has that of another with a chance of 1 in 2^64.
 *
 * @param key0 the key's first half
 * @param key1 its second half
 * @see <a href="https://www.aumasson.jp/siphash/siphash.pdf">SipHash: a fast short-input PRF</a>
 */
record KeyedHash(long key0, long key1) {
  private static final int CHARS_IN_A_WORD = 4;

  /** Under a key that only this process has. */
  static KeyedHash random() {
    SecureRandom random = new SecureRandom();
    return new KeyedHash(random.nextLong(), random.nextLong());
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "KeyedHash[not shown]";
  }

  /** The hash of the text's UTF-16 code units, little-endian. */
  long of(String text) {
    State state = new State(key0, key1);
    int length = text.length();
    int whole = length - length % CHARS_IN_A_WORD;
    for (int i = 0; i < whole; i += CHARS_IN_A_WORD) {
      state.add(word(text, i, i + CHARS_IN_A_WORD));
    }
    long lengthInBytes = (long) length * Character.BYTES;
    state.add(word(text, whole, length) | (lengthInBytes << 56));
    return state.end();
  }

  private static long word(String text, int from, int to) {
    long word = 0;
    for (int i = from; i < to; i++) {
      word |= (long) text.charAt(i) << ((i - from) * Character.SIZE);
    }
    return word;
  }

  /** The names are those of the specification. */
  private static final class State {
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    State(long key0, long key1) {
      v0 = key0 ^ 0x736f6d6570736575L;
      v1 = key1 ^ 0x646f72616e646f6dL;
      v2 = key0 ^ 0x6c7967656e657261L;
      v3 = key1 ^ 0x7465646279746573L;
    }

    void add(long word) {
      v3 ^= word;
      round();
      round();
      v0 ^= word;
    }

    long end() {
      v2 ^= 0xff;
      round();
      round();
      round();
      round();
      return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
      v0 += v1;
      v2 += v3;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v1;
      v0 += v3;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 = Long.rotateLeft(v2, 32);
    }
  }
}
