package io.webidentity.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.webidentity.testing.server.FakeWebhook;
import io.webidentity.testing.server.LoopbackPorts;
import io.webidentity.testing.server.TestAuthority;
import io.webidentity.testing.server.TrustingClients;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asking another webhook, over real TLS. */
class OtherWebhookTest {
  private static final byte[] REVIEW =
      "{\"request\":{\"uid\":\"u-1\"}}".getBytes(StandardCharsets.UTF_8);
  private static final Duration SHORT = Duration.ofMillis(500);

  @TempDir Path folder;

  private FakeWebhook fake;

  @BeforeEach
  void startFake() throws Exception {
    fake = new FakeWebhook();
  }

  @AfterEach
  void closeFake() {
    fake.close();
  }

  @Test
  void it_is_asked_with_the_very_bytes_of_the_review() throws Exception {
    fake.body(200, "answer");
    try (OtherWebhook other = new OtherWebhook(fake.url(), trusted())) {
      assertThat(other.ask(REVIEW)).asString(StandardCharsets.UTF_8).isEqualTo("answer");
      assertThat(other.ask(REVIEW)).asString(StandardCharsets.UTF_8).isEqualTo("answer");
    }
    assertThat(fake.asked()).hasSize(2).containsOnly(new String(REVIEW, StandardCharsets.UTF_8));
  }

  @Test
  void an_error_is_told_by_its_status() throws Exception {
    fake.body(503, "later");

    assertFails(fake.url(), trusted(), "answers with HTTP status 503");
    assertThat(fake.asked()).hasSize(1);
  }

  @Test
  void an_answer_beyond_the_limit_is_not_read() throws Exception {
    fake.body(200, "x".repeat(OtherWebhook.LONGEST_ANSWER + 1));

    assertFails(fake.url(), trusted(), "answers with more than 2097152 bytes");
  }

  @Test
  void one_that_does_not_answer_is_not_waited_for() throws Exception {
    fake.hang();

    assertFails(fake.url(), trusted(), "does not answer in 500 ms");
  }

  @Test
  void one_that_stops_in_the_middle_is_not_waited_for() throws Exception {
    fake.stall();

    assertFails(fake.url(), trusted(), "does not answer in 500 ms");
  }

  @Test
  void one_that_is_not_there_cannot_be_reached() throws Exception {
    URI nowhere = URI.create("https://localhost:" + LoopbackPorts.free() + "/mutate");

    assertFails(nowhere, trusted(), "cannot be reached (connection failed)");
  }

  @Test
  void a_certificate_of_another_authority_is_not_trusted() throws Exception {
    Path stranger = Files.writeString(folder.resolve("stranger.crt"), new TestAuthority().pem());

    assertFails(
        fake.url(), TrustingClients.sslContext(stranger), "has a certificate or TLS not trusted");
    assertThat(fake.asked()).isEmpty();
  }

  @Test
  void a_certificate_of_another_host_is_not_trusted() throws Exception {
    URI byAddress = URI.create("https://127.0.0.1:" + fake.url().getPort() + "/mutate");

    assertFails(byAddress, trusted(), "has a certificate or TLS not trusted");
    assertThat(fake.asked()).isEmpty();
  }

  private static void assertFails(URI url, SSLContext trust, String message) {
    try (OtherWebhook other = new OtherWebhook(url, trust, SHORT)) {
      assertThatThrownBy(() -> other.ask(REVIEW))
          .isInstanceOf(UnusableAnswerException.class)
          .hasMessage(message);
    }
  }

  private SSLContext trusted() throws Exception {
    return TrustingClients.sslContext(fake.writeAuthority(folder.resolve("ca.crt")));
  }
}
