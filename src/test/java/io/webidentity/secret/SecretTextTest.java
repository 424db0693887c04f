package io.webidentity.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretTextTest {
  private static final SecretText SECRET = SecretText.of("hunter2");

  private record Holder(String user, SecretText password) {}

  @Test
  void it_shows_nothing_of_itself_alone_or_in_a_record_or_a_message() {
    assertThat(List.of(SECRET.toString(), SECRET + "!", "%s".formatted(Optional.of(SECRET))))
        .noneMatch(shown -> shown.contains("hunter2"))
        .allMatch(shown -> shown.contains("not shown"));
    assertThat(new Holder("me", SECRET)).hasToString("Holder[user=me, password=" + SECRET + "]");
  }

  @Test
  void neither_length_nor_hash_tells_one_from_another() {
    assertThat(SECRET).hasSameHashCodeAs(SecretText.of(""));
    assertThat(SECRET.toString()).isEqualTo(SecretText.of("").toString());
  }

  @Test
  void it_is_equal_to_the_same_text_and_to_nothing_else() {
    assertThat(SECRET).isEqualTo(SecretText.of("hunter2"));
    assertThat(SECRET).isNotEqualTo(SecretText.of("hunter")).isNotEqualTo("hunter2");
  }

  @Test
  void a_file_gives_its_text_to_whoever_asks_by_name(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), " hunter2\n");

    SecretText read = SecretText.read(file, StandardCharsets.US_ASCII);

    assertThat(read.exposeSecret()).isEqualTo(" hunter2\n");
    assertThat(read.strip()).isEqualTo(SECRET);
  }
}
