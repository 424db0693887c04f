package io.webidentity.cli;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.LoopbackPorts;
import io.webidentity.testing.server.ServerProcess;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code target/dist}, as a user of it has it: started as processes, on its own Java runtime. */
final class DistributionTest {
  private static final Path DISTRIBUTION = Path.of("target/dist");
  private static final String ACCOUNTS = "src/test/resources/demo/service-account.yaml";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @BeforeAll
  static void the_distribution_is_built() {
    assertThat(DISTRIBUTION.resolve("bin/webhook"))
        .as("run `make dist` first, as `make test` does")
        .isExecutable();
  }

  @Test
  void it_runs_without_java_on_the_machine() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(DISTRIBUTION.resolve("bin/webhook").toString(), "--version");
    builder.environment().clear();
    // readlink and dirname are all that the script needs.
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("JAVA_HOME", "/nonexistent");

    assertThat(run(builder)).matches("webhook \\d.* \\(.*\\)\n");
  }

  /** As in the archive for systems other than Linux. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          HERE        | 0 | webhook \\d.*
          /nonexistent | 1 | webhook: /nonexistent/bin/java is no Java 25 or newer; install one.*
          """)
  void without_its_runtime_it_takes_an_installed_one(String home, int status, String output)
      throws Exception {
    Path copy = folder.resolve("copy");
    Files.createDirectories(copy.resolve("bin"));
    Files.copy(DISTRIBUTION.resolve("bin/webhook"), copy.resolve("bin/webhook"), COPY_ATTRIBUTES);
    Files.createSymbolicLink(copy.resolve("lib"), DISTRIBUTION.resolve("lib").toAbsolutePath());
    ProcessBuilder builder =
        new ProcessBuilder(copy.resolve("bin/webhook").toString(), "--version")
            .redirectErrorStream(true);
    builder
        .environment()
        .put("JAVA_HOME", home.equals("HERE") ? System.getProperty("java.home") : home);
    Path printed = folder.resolve("printed");

    Process process = builder.redirectOutput(printed.toFile()).start();

    assertThat(process.waitFor()).isEqualTo(status);
    assertThat(Files.readString(printed)).matches(output + "\n");
  }

  @Test
  void it_injects_over_https_and_logs_json_without_the_request() throws Exception {
    ServerProcess server =
        ServerProcess.start(
            DISTRIBUTION, "--service-accounts", ACCOUNTS, "--log-format=json", "-v=4");
    try (server) {
      server.awaitReady();
      String pod =
          """
          {"metadata":{"name":"p","annotations":{"eks.amazonaws.com/token-expiration":"soon","other":"hidden-1"}},
           "spec":{"serviceAccountName":"reports","containers":[{"name":"c","env":[{"name":"X","value":"hidden-2"}]}]}}\
          """;
      byte[] review =
          Reviews.podCreation("u-7", "shop", pod, "hidden-3").getBytes(StandardCharsets.UTF_8);

      JsonNode answer = JSON.readTree(server.mutate(review).body());

      assertThat(answer.at("/response/patchType").asText()).isEqualTo("JSONPatch");
      assertThat(answer.at("/response/warnings/0").asText()).contains("token-expiration", "soon");
    }
    String log = server.output();
    List<JsonNode> lines = log.lines().map(DistributionTest::parsed).toList();
    assertThat(lines)
        .filteredOn(line -> line.path("review_uid").asText().equals("u-7"))
        .extracting(line -> line.path("level").asText() + " " + line.path("reason").asText())
        .containsExactly("WARN token_expiration_invalid", "INFO injected");
    assertThat(lines)
        .filteredOn(line -> line.path("reason").asText().equals("injected"))
        .singleElement()
        .satisfies(line -> {
          assertThat(line.path("namespace").asText()).isEqualTo("shop");
          assertThat(line.path("pod").asText()).isEqualTo("p");
          assertThat(line.path("service_account").asText()).isEqualTo("reports");
          assertThat(line.path("outcome").asText()).isEqualTo("injected");
          assertThat(line.path("containers").asText()).isEqualTo("c=container_injected");
          assertThat(line.path("source").asText()).isEqualTo("ServiceAccount");
          assertThat(line.path("role_arn").asText()).startsWith("arn:aws:iam::");
          assertThat(line.path("audience").asText()).isEqualTo("sts.amazonaws.com");
        });
    assertThat(log).doesNotContain("hidden-").doesNotContain("PRIVATE KEY");
  }

  @Test
  void variables_of_its_libraries_do_not_configure_it() throws Exception {
    ServerProcess server =
        ServerProcess.start(
            DISTRIBUTION,
            Map.of("MICRONAUT_SERVER_CONTEXT_PATH", "/elsewhere", "MICRONAUT_SERVER_PORT", "1"),
            "--service-accounts=" + ACCOUNTS);
    try (server) {
      server.awaitReady();
      assertThat(server.get("/elsewhere/readyz").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void the_log_is_text_if_asked_for() throws Exception {
    ServerProcess server =
        ServerProcess.start(DISTRIBUTION, "--service-accounts=" + ACCOUNTS, "--log-format=text");
    try (server) {
      server.awaitReady();
    }

    assertThat(server.output()).contains("INFO  serving on port").doesNotContain("{\"");
  }

  @Test
  void told_to_stop_it_answers_on_until_the_delay_is_over() throws Exception {
    ServerProcess server =
        ServerProcess.start(DISTRIBUTION, "--service-accounts=" + ACCOUNTS, "--shutdown-delay=2s");
    try (server) {
      server.awaitReady();
      server.process().destroy();
      byte[] review = Reviews.podCreation("u", "shop", "reports").getBytes(StandardCharsets.UTF_8);
      int answered = 0;
      while (server.process().isAlive()) {
        try {
          var response = server.mutate(review);
          assertThat(response.statusCode()).isEqualTo(200);
          answered++;
        } catch (IOException stopped) {
          // Only who still connects after the delay may come too late; nobody before.
          assertThat(server.output()).contains("closing: ");
          assertThat(server.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
      }
      assertThat(answered).isPositive();
    }
    assertThat(server.output()).contains("stopping: no longer ready").contains("stopped");
    assertThat(server.process().exitValue()).isZero();
  }

  /** README.md, "Run the server by hand", word for word but for ports and the file's folder. */
  @Test
  void the_commands_of_the_readme_work() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    List<String> blocks =
        Pattern.compile("(?ms)^```sh\n(.*?)^```$")
            .matcher(readme.substring(readme.indexOf("## Run the server by hand")))
            .results()
            .map(block -> block.group(1))
            .toList();
    assertThat(blocks.getFirst()).startsWith("make dist\n").endsWith(" &\n");
    String ask = blocks.get(1).substring(0, blocks.get(1).indexOf(" |\n"));
    String script =
        """
        set -eu
        %s
        trap "kill $!" EXIT
        until curl --silent --fail --output /dev/null --cacert ca.crt https://localhost:8443/readyz; do
          kill -0 $!
          sleep 0.2
        done
        %s
        """
            .formatted(blocks.getFirst().replace("make dist\n", ""), ask)
            .replace("8443", Integer.toString(LoopbackPorts.free()))
            .replace("ca.crt", folder.resolve("ca.crt").toString());
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", script);
    builder.environment().put("no_proxy", "localhost");
    builder.environment().put("WEBHOOK_FLAG_METRICS_PORT", Integer.toString(LoopbackPorts.free()));

    String output = run(builder);
    JsonNode answer = parsed(output.substring(output.lastIndexOf("{\"apiVersion\"")));
    assertThat(
            new String(
                Base64.getDecoder().decode(answer.at("/response/patch").asText()),
                StandardCharsets.UTF_8))
        .contains("AWS_ROLE_ARN", "serviceAccountToken");
  }

  @Test
  void what_cannot_start_says_so_in_one_sentence() throws Exception {
    ProcessBuilder missingFile =
        new ProcessBuilder(
            DISTRIBUTION.resolve("bin/webhook").toString(),
            "--service-accounts=/nonexistent.yaml",
            "--self-signed",
            "--port=0",
            "--metrics-port=0");
    missingFile.redirectErrorStream(true);

    assertThat(run(missingFile))
        .containsPattern("(?m)^webhook: .*/nonexistent\\.yaml.*$")
        .doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource({"port, metrics-port", "metrics-port, port"})
  void a_port_in_use_is_named_and_nothing_is_written(String inUse, String other) throws Exception {
    Path authority = folder.resolve("ca.crt");
    try (ServerSocket taken = new ServerSocket(0)) {
      ProcessBuilder builder =
          new ProcessBuilder(
              DISTRIBUTION.resolve("bin/webhook").toString(),
              "--service-accounts=" + ACCOUNTS,
              "--self-signed",
              "--self-signed-ca-out=" + authority,
              "--%s=%d".formatted(inUse, taken.getLocalPort()),
              "--%s=%d".formatted(other, LoopbackPorts.free()));
      builder.redirectErrorStream(true);

      assertThat(run(builder).lines().filter(line -> line.startsWith("webhook: ")))
          .singleElement()
          .asString()
          .startsWith(
              "webhook: cannot listen on port %d; free it, or give --%s another"
                  .formatted(taken.getLocalPort(), inUse));
      assertThat(authority).doesNotExist();
    }
  }

  private static String run(ProcessBuilder builder) throws Exception {
    Path output = Files.createTempFile("webhook", ".out");
    Process process = builder.redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended by itself").isTrue();
      return Files.readString(output);
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(output);
    }
  }

  private static JsonNode parsed(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new AssertionError("not a line of JSON: " + line, e);
    }
  }
}
