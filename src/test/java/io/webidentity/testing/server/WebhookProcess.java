package io.webidentity.testing.server;

import io.webidentity.testing.Folders;
import io.webidentity.testing.cluster.ClusterProcess;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.cluster.WebhookEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * The program under test as a process of its own, started with the flags that an installation would
 * give it, so that it can also be killed. Its ports stay the same over restarts, as those of a
 * Service do.
 */
public final class WebhookProcess implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  private final WebhookEndpoint endpoint;
  private final Path files;
  private final List<String> command;
  private final int metricsPort;
  private final HttpClient http = HttpClient.newHttpClient();
  private @Nullable ClusterProcess process;

  /**
   * Prepares; does not start.
   *
   * @param cluster whose API server calls the webhook
   * @param kubeconfig what the webhook reads ServiceAccounts with
   * @param flags further command line
   */
  public WebhookProcess(TestCluster cluster, Path kubeconfig, List<String> flags) {
    TestAuthority authority = new TestAuthority();
    int port = LoopbackPorts.free();
    this.metricsPort = LoopbackPorts.free();
    this.endpoint =
        new WebhookEndpoint(
            URI.create("https://" + cluster.webhookHost() + ":" + port + "/mutate"),
            authority.pem());
    this.files = Folders.temporary("webhook-test-serving");
    try {
      TestAuthority.Issued serving =
          authority.issue(Stream.of(cluster.webhookHost(), "localhost").distinct().toList());
      Path certificate = Files.writeString(files.resolve("tls.crt"), serving.certificate());
      Path key = Files.writeString(files.resolve("tls.key"), serving.key());
      this.command =
          command(
              List.of(
                  "--in-cluster=false",
                  "--kubeconfig=" + kubeconfig,
                  "--port=" + port,
                  "--metrics-port=" + metricsPort,
                  "--tls-cert=" + certificate,
                  "--tls-key=" + key),
              flags);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private WebhookProcess(WebhookEndpoint endpoint, int metricsPort, List<String> arguments) {
    this.endpoint = endpoint;
    this.metricsPort = metricsPort;
    this.files = Folders.temporary("webhook-test-serving");
    this.command = command(arguments, List.of());
  }

  /**
   * Prepares it with a whole command line, as an installation writes it; does not start.
   *
   * @param endpoint where it answers by that command line
   * @param metricsPort of 127.0.0.1, by that command line
   */
  public static WebhookProcess withArguments(
      WebhookEndpoint endpoint, int metricsPort, List<String> arguments) {
    return new WebhookProcess(endpoint, metricsPort, arguments);
  }

  private static List<String> command(List<String> arguments, List<String> more) {
    List<String> java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            classPath(),
            "io.webidentity.Main");
    return Stream.of(java, arguments, more).flatMap(List::stream).toList();
  }

  /** The class path without test classes: what is not in the product must not be missed here. */
  public static String classPath() {
    String property = System.getProperty("surefire.test.class.path");
    String classPath = property == null ? System.getProperty("java.class.path") : property;
    List<String> entries =
        new ArrayList<>(List.of(classPath.split(java.io.File.pathSeparator, -1)));
    entries.removeIf(entry -> entry.endsWith("test-classes") || entry.endsWith("test-classes/"));
    return String.join(java.io.File.pathSeparator, entries);
  }

  /** Where the API server reaches it. */
  public WebhookEndpoint endpoint() {
    return endpoint;
  }

  /** Where this machine reaches it. */
  public URI localUrl() {
    return URI.create("https://localhost:" + endpoint.url().getPort() + endpoint.url().getPath());
  }

  /** Starts the process and waits until it says that it is ready. */
  public void start() {
    launch();
    awaitReady();
  }

  /** Starts the process and does not wait. */
  public void launch() {
    process = ClusterProcess.start("webhook", command, Map.of(), files);
  }

  /** Waits until {@code /readyz} says 200. */
  public void awaitReady() {
    Awaitility.await("the webhook is ready")
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> status("/readyz") == 200);
  }

  /**
   * Waits until it listens and answers with its own certificate, ready or not: until it has one,
   * that of a stand-in is served, which API servers do not trust.
   */
  public void awaitAnswering() {
    Awaitility.await("the webhook answers")
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(50))
        .until(() ->
            status("/healthz") == 200 && !get("/readyz").body().contains("serving certificate"));
  }

  /** Whether {@code /readyz} says 200. */
  public boolean ready() {
    return status("/readyz") == 200;
  }

  /** Ends the process at once, as a node that fails does. */
  public void kill() {
    required().kill();
  }

  /** Asks the process to end, as Kubernetes does, and waits for it. */
  public void terminate() {
    required().terminate();
  }

  /**
   * The sum of a metric's samples.
   *
   * @param sample a regular expression for names with labels, such as {@code
   *     webidentity_live_lookups_total.*}
   */
  public double metric(String sample) {
    String text = get("/metrics").body();
    Matcher matcher = Pattern.compile("^" + sample + " (\\S+)$", Pattern.MULTILINE).matcher(text);
    double sum = 0;
    while (matcher.find()) {
      sum += Double.parseDouble(matcher.group(1));
    }
    return sum;
  }

  private int status(String path) {
    required().requireAlive();
    try {
      return get(path).statusCode();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof ConnectException) {
        return 0;
      }
      throw e;
    }
  }

  private HttpResponse<String> get(String path) {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metricsPort + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private ClusterProcess required() {
    if (process == null) {
      throw new IllegalStateException("The webhook was not started");
    }
    return process;
  }

  @Override
  public void close() {
    if (process != null) {
      process.kill();
    }
    http.close();
    Folders.delete(files);
  }
}
