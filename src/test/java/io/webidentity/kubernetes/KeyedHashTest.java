package io.webidentity.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bouncycastle.crypto.macs.SipHash;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeyedHashTest {
  private static final long SEED = 20261122;

  static Stream<String> texts() {
    Random random = new Random(SEED);
    Stream<String> generated =
        IntStream.range(0, 300)
            .mapToObj(i ->
                random
                    .ints(i, 0, Character.MAX_VALUE + 1)
                    .collect(
                        StringBuilder::new,
                        (text, unit) -> text.append((char) unit),
                        StringBuilder::append)
                    .toString());
    return Stream.concat(
        Stream.of("", "a", "shop/orders", "größe/日本", "emoji 😀", "\0", "\0\0"), generated);
  }

  @ParameterizedTest
  @MethodSource("texts")
  void it_is_what_another_implementation_says(String text) {
    long key0 = 0x0706050403020100L;
    long key1 = 0x0f0e0d0c0b0a0908L;
    byte[] key =
        ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(key0).putLong(key1).array();
    SipHash other = new SipHash();
    other.init(new KeyParameter(key));
    ByteBuffer bytes = ByteBuffer.allocate(text.length() * 2).order(ByteOrder.LITTLE_ENDIAN);
    text.chars().forEach(unit -> bytes.putChar((char) unit));
    other.update(bytes.array(), 0, bytes.capacity());

    assertThat(new KeyedHash(key0, key1).of(text)).isEqualTo(other.doFinal());
  }

  /** Of the specification's appendix, whose input is 00 01 02 ...: eight bytes are four units. */
  @Test
  void it_is_what_the_specification_says() {
    String text = new String(new byte[] {0, 1, 2, 3, 4, 5, 6, 7}, StandardCharsets.UTF_16LE);

    assertThat(new KeyedHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L).of(text))
        .isEqualTo(0x93f5f5799a932462L);
  }

  @Test
  void every_process_has_a_key_of_its_own() {
    assertThat(KeyedHash.random()).isNotEqualTo(KeyedHash.random());
    assertThat(KeyedHash.random().of("shop/orders"))
        .isNotEqualTo(KeyedHash.random().of("shop/orders"));
  }
}
