package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.config.LogSettings;
import io.webidentity.testing.pod.InvisibleCharacters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LoggingTest {
  private static final String HOSTILE = InvisibleCharacters.all();
  private static final String FORGED =
      "\n12:00:00.000 INFO  all is well\r12:00:00.000 INFO  as ever";

  private final LoggerContext context = new LoggerContext();

  @Test
  void a_line_of_json_has_every_value_and_nothing_invisible() throws IOException {
    String line = line(LogSettings.Format.JSON, HOSTILE + FORGED);

    assertThat(line.lines()).hasSize(1);
    assertThat(InvisibleCharacters.areAllMissingIn(line.stripTrailing())).isTrue();
    JsonNode fields = new ObjectMapper().readTree(line);
    assertThat(fields.path("message").textValue()).isEqualTo("about " + HOSTILE + FORGED);
    assertThat(fields.path("pod").textValue()).isEqualTo(HOSTILE + FORGED);
    assertThat(fields.path("stack_trace").textValue()).contains("broken " + HOSTILE);
  }

  @Test
  void a_line_of_text_has_nothing_invisible_and_nobody_begins_another_one() {
    String text = line(LogSettings.Format.TEXT, HOSTILE + FORGED);

    assertThat(InvisibleCharacters.areAllMissingIn(text.replace("\n", ""))).isTrue();
    assertThat(text).contains("\\u{202e}").contains("at io.webidentity.server.LoggingTest");
    assertThat(text.lines().skip(1)).allSatisfy(line -> assertThat(line).startsWith("    "));
    assertThat(text.lines().findFirst().orElseThrow()).contains("all is well").contains("pod=");
    assertThat(text.lines().findFirst().orElseThrow())
        .doesNotContain("%n")
        .doesNotContain("Illegal");
  }

  @Test
  void other_scripts_and_pairs_of_surrogates_stay_readable() throws IOException {
    String text = "Zürich 東京 😀";

    assertThat(line(LogSettings.Format.TEXT, text)).contains("about " + text + " pod=");
    assertThat(
            new ObjectMapper()
                .readTree(line(LogSettings.Format.JSON, text))
                .path("pod")
                .textValue())
        .isEqualTo(text);
  }

  @BeforeEach
  void prepare() {
    context.setMDCAdapter(new LogbackMDCAdapter());
  }

  private String line(LogSettings.Format format, String hostile) {
    LoggingEvent event =
        new LoggingEvent(
            LoggingTest.class.getName(),
            context.getLogger(LoggingTest.class),
            Level.WARN,
            "about {}",
            new IllegalStateException(
                "broken " + hostile, new IllegalArgumentException("because " + hostile)),
            new Object[] {hostile});
    event.addKeyValuePair(new KeyValuePair("pod", hostile));
    return new String(Logging.encoder(format, context).encode(event), StandardCharsets.UTF_8);
  }
}
