package io.webidentity.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.HttpsClient;
import io.webidentity.testing.server.LoopbackPorts;
import io.webidentity.testing.server.TestAuthority;
import io.webidentity.testing.server.TrustingClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image's files, run as a pod runs them: read-only, no shell, nothing else there. */
@Tag("e2e")
final class ImageRunTest {
  private static final Map<String, String> NOTHING = Map.of();

  /** Makes the JVM refuse to start where it cannot use the cache; usually it goes on without. */
  private static final Map<String, String> CACHE_REQUIRED =
      Map.of("JAVA_TOOL_OPTIONS", "-XX:AOTMode=on");

  @TempDir static Path unpacked;
  @TempDir Path folder;

  @BeforeAll
  static void the_image_is_unpacked() throws IOException {
    assertThat(ImageContentTest.ARCHIVE).as("run `make image` first, as `make e2e` does").exists();
    assertThat(System.getProperty("user.name"))
        .as("a container needs root: run these tests as root")
        .isEqualTo("root");
    OciArchive.read(ImageContentTest.ARCHIVE).unpackInto(unpacked);
    // JUnit's folder is for its owner alone, which user 65532 is not.
    Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void it_starts_without_a_shell_from_its_aot_cache() throws Exception {
    try (ReadOnlyContainer webhook = run(CACHE_REQUIRED, "--version")) {
      assertThat(webhook.end()).as(webhook.errors() + webhook.output()).isZero();
      assertThat(webhook.output()).matches("webhook \\d.* \\([0-9a-f]{12}\\)\n");
    }
  }

  /** Shows that the test above can fail. */
  @Test
  void a_cache_that_is_none_would_be_noticed() throws Exception {
    Path cache = unpacked.resolve("opt/webhook/webhook.aot");
    Path moved = Files.move(cache, folder.resolve("webhook.aot"));
    Files.writeString(cache, "no cache");
    try (ReadOnlyContainer webhook = run(CACHE_REQUIRED, "--version")) {
      assertThat(webhook.end()).isNotZero();
    } finally {
      Files.move(moved, cache, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Test
  void a_wrong_flag_is_told_in_one_sentence() throws Exception {
    try (ReadOnlyContainer webhook = run(NOTHING, "--no-such-flag")) {
      assertThat(webhook.end()).isEqualTo(2);
      assertThat(webhook.errors())
          .isEqualTo("webhook: unknown flag --no-such-flag; webhook --help lists the flags\n");
      assertThat(webhook.output()).isEmpty();
    }
  }

  @Test
  void an_argument_that_java_would_read_as_a_file_stays_an_argument() throws Exception {
    try (ReadOnlyContainer webhook = run(NOTHING, "@/etc/passwd")) {
      assertThat(webhook.end()).isEqualTo(2);
      assertThat(webhook.errors()).contains("@/etc/passwd");
    }
  }

  @Test
  void it_serves_from_a_read_only_root_with_its_native_libraries_and_stops_in_order()
      throws Exception {
    TestAuthority authority = new TestAuthority();
    TestAuthority.Issued serving = authority.issue(List.of("localhost"));
    Path mounted = Files.createDirectories(unpacked.resolve("tmp/mounted"));
    Files.writeString(mounted.resolve("tls.crt"), serving.certificate());
    Files.writeString(mounted.resolve("tls.key"), serving.key());
    Files.copy(
        Path.of("src/test/resources/demo/service-account.yaml"), mounted.resolve("accounts.yaml"));
    Path trusted = Files.writeString(folder.resolve("ca.crt"), authority.pem());
    int port = LoopbackPorts.free();

    try (ReadOnlyContainer webhook =
            run(
                CACHE_REQUIRED,
                "--tls-cert=/tmp/mounted/tls.crt",
                "--tls-key=/tmp/mounted/tls.key",
                "--service-accounts=/tmp/mounted/accounts.yaml",
                "--shutdown-delay=0s",
                "--port=" + port,
                "--metrics-port=" + LoopbackPorts.free());
        HttpsClient client = new HttpsClient(TrustingClients.sslContext(trusted), port)) {
      Awaitility.await("/readyz")
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(50))
          .failFast(() -> {
            if (!webhook.isAlive()) {
              throw new IllegalStateException(webhook.errors() + webhook.output());
            }
          })
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> client.get("/readyz").statusCode() == 200);

      JsonNode answer =
          new ObjectMapper()
              .readTree(client.mutate(Reviews.podCreation("u", "shop", "reports")).body());

      assertThat(answer.at("/response/patchType").asText()).isEqualTo("JSONPatch");
      long process = webhook.webhook().orElseThrow().pid();
      assertThat(Files.readString(Path.of("/proc/" + process + "/maps")))
          .contains(
              "opt/webhook/native/libnetty_tcnative_linux_",
              "opt/webhook/native/libnetty_transport_native_epoll_",
              "opt/webhook/webhook.aot");
      assertThat(webhook.terminate()).isZero();
      assertThat(webhook.output()).contains("stopped");
      assertThat(webhook.errors()).isEqualTo("Picked up JAVA_TOOL_OPTIONS: -XX:AOTMode=on\n");
    }
  }

  private ReadOnlyContainer run(Map<String, String> environment, String... flags)
      throws IOException {
    return ReadOnlyContainer.start(unpacked, folder, environment, flags);
  }
}
