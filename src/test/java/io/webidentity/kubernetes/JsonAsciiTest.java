package io.webidentity.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonAsciiTest {
  private static final String JSON = "{\"plain\":1,\"é€\":\"grüße 😀 \\\\ \\n\",\"x\":\"日本\"}\n";

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 16, 1000})
  void a_stream_cut_anywhere_means_the_same_in_ascii(int size) throws Exception {
    JsonAscii ascii = new JsonAscii();
    byte[] bytes = (JSON + JSON).getBytes(StandardCharsets.UTF_8);
    StringBuilder out = new StringBuilder();

    for (int from = 0; from < bytes.length; from += size) {
      ByteBuffer part =
          ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size)));
      // As fabric8 does it: the whole array behind the decoded characters.
      out.append(StandardCharsets.UTF_8.decode(ascii.encode(part)).array());
    }

    assertThat(out.toString().chars()).allMatch(c -> c < 0x80 && c != 0);
    ObjectMapper mapper = new ObjectMapper();
    for (String line : out.toString().split("\n", -1)) {
      if (!line.isEmpty()) {
        assertThat(mapper.readTree(line)).isEqualTo(mapper.readTree(JSON));
      }
    }
    assertThat(out.toString().chars().filter(c -> c == '\n')).hasSize(2);
  }
}
