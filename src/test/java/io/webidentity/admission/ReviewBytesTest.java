package io.webidentity.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ReviewBytesTest {
  private static final byte ONE = (byte) 0xFF;
  private static final byte OTHER = '$';
  private static final int LONGEST = 40;

  /** Every length, and every place of either: words of eight bytes and what is behind the last. */
  @Test
  void both_bytes_are_found_wherever_they_are() {
    for (int length = 0; length < LONGEST; length++) {
      assertFound(new byte[length], false, false);
      for (int first = 0; first < length; first++) {
        assertFound(with(new byte[length], first, ONE), true, false);
        assertFound(with(new byte[length], first, OTHER), false, true);
        for (int second = 0; second < length; second++) {
          if (second != first) {
            assertFound(with(with(new byte[length], first, ONE), second, OTHER), true, true);
          }
        }
      }
    }
  }

  /** Neighbours of the bytes in value, which arithmetic on words could take for them. */
  @Test
  void a_body_of_chance_has_what_a_plain_loop_finds() {
    Random random = new Random(20261128);
    for (int round = 0; round < 20_000; round++) {
      byte[] body = new byte[random.nextInt(LONGEST)];
      for (int i = 0; i < body.length; i++) {
        body[i] = (byte) ((random.nextBoolean() ? 0x24 : 0xFF) + random.nextInt(5) - 2);
      }
      boolean one = false;
      boolean other = false;
      for (byte each : body) {
        one |= each == ONE;
        other |= each == OTHER;
      }
      assertFound(body, one, other);
    }
  }

  private static byte[] with(byte[] body, int place, byte value) {
    body[place] = value;
    return body;
  }

  private static void assertFound(byte[] body, boolean one, boolean other) {
    ReviewBytes.Found wanted = new ReviewBytes.Found(one, other);
    assertThat(ReviewBytes.of(body).find(ONE, OTHER)).isEqualTo(wanted);
    assertThat(BodyInPieces.of(body, 3).find(ONE, OTHER)).as("in pieces").isEqualTo(wanted);
  }
}
