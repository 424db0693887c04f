package io.webidentity.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.cli.flag.ProcessIo;
import io.webidentity.config.LogSettings;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutOfMemoryTest {
  @Test
  void a_command_without_memory_says_in_one_sentence_what_to_do() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ProcessIo process =
        new ProcessIo(
            Map.of(),
            InputStream.nullInputStream(),
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            LogSettings.Format.JSON);
    WebhookProgram program =
        new WebhookProgram(
            _ -> {
              throw new OutOfMemoryError("Java heap space");
            },
            process);

    assertThat(program.run()).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "webhook: out of memory; give it more, such as JAVA_TOOL_OPTIONS=-Xmx1g in its"
                + " environment\n");
  }
}
