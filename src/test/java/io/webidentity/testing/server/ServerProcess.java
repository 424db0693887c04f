package io.webidentity.testing.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;

/**
 * The distribution's {@code bin/webhook} as a process of its own, with {@code --self-signed} or a
 * certificate in files, on free ports, and a client that trusts its authority and verifies its host
 * name.
 */
public final class ServerProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(30);

  private final List<String> command;
  private final Process process;
  private final Path log;
  private final Path authority;
  private final int port;
  private final int metricsPort;

  private ServerProcess(
      List<String> command, Process process, Path folder, int port, int metricsPort) {
    this.command = command;
    this.process = process;
    this.log = folder.resolve("webhook.log");
    this.authority = folder.resolve(CertificateInFiles.AUTHORITY);
    this.port = port;
    this.metricsPort = metricsPort;
  }

  /**
   * Starts {@code bin/webhook} of the distribution, with these flags beside its ports and
   * certificate.
   */
  public static ServerProcess start(Path distribution, String... flags) throws IOException {
    return start(distribution, Map.of(), flags);
  }

  /** Starts it with these environment variables beside those of this process. */
  public static ServerProcess start(
      Path distribution, Map<String, String> environment, String... flags) throws IOException {
    Path here = Path.of("").toAbsolutePath();
    String program = distribution.resolve("bin/webhook").toString();
    return start(here, List.of(program), environment, flags);
  }

  /**
   * Starts another program that takes the flags of {@code bin/webhook}.
   *
   * @param directory where it is started
   * @param program command line before the flags
   * @param environment added to the environment of this process
   * @param flags beside its ports and certificate
   */
  public static ServerProcess start(
      Path directory, List<String> program, Map<String, String> environment, String... flags)
      throws IOException {
    Path folder = Files.createTempDirectory("webhook-");
    List<String> certificate =
        List.of(
            "--self-signed",
            "--self-signed-ca-out=" + folder.resolve(CertificateInFiles.AUTHORITY));
    return start(folder, directory, program, environment, certificate, flags);
  }

  /** The same with a certificate in files, as cert-manager mounts them, instead. */
  public static ServerProcess startWithFiles(
      Path directory, List<String> program, Map<String, String> environment, String... flags)
      throws IOException {
    CertificateInFiles files = CertificateInFiles.issue();
    files.write();
    return startWithFiles(directory, program, environment, files, flags);
  }

  /** The same with these files. */
  public static ServerProcess startWithFiles(
      Path directory,
      List<String> program,
      Map<String, String> environment,
      CertificateInFiles files,
      String... flags)
      throws IOException {
    return start(files.folder(), directory, program, environment, files.flags(), flags);
  }

  /** The same, but the files are written when the server listens. */
  public static ServerProcess startBeforeFiles(
      Path directory, List<String> program, Map<String, String> environment, String... flags)
      throws IOException {
    CertificateInFiles files = CertificateInFiles.issue();
    ServerProcess server =
        start(files.folder(), directory, program, environment, files.flags(), flags);
    try {
      server.awaitListening();
      files.write();
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  private static ServerProcess start(
      Path folder,
      Path directory,
      List<String> program,
      Map<String, String> environment,
      List<String> certificate,
      String... flags)
      throws IOException {
    int port = LoopbackPorts.free();
    int metricsPort = LoopbackPorts.free();
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(flags));
    command.addAll(certificate);
    command.add("--port=" + port);
    command.add("--metrics-port=" + metricsPort);
    if (command.stream().noneMatch(flag -> flag.startsWith("--shutdown-delay"))) {
      command.add("--shutdown-delay=0s");
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("webhook.log").toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    return new ServerProcess(command, process, folder, port, metricsPort);
  }

  /** What was started, as one would type it. */
  public String commandLine() {
    return String.join(" ", command);
  }

  /** The process, to send it signals. */
  public Process process() {
    return process;
  }

  /** The plain port. */
  public int metricsPort() {
    return metricsPort;
  }

  /** All that the process has printed. */
  public String output() throws IOException {
    return Files.readString(log);
  }

  /** Waits until the plain port answers. */
  private void awaitListening() {
    await(() -> metrics().contains("webidentity_"));
  }

  /** Waits until {@code /readyz} says so over TLS. */
  public void awaitReady() {
    await(() -> get("/readyz").statusCode() == 200);
  }

  private void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(START)
        .pollInterval(Duration.ofMillis(50))
        .failFast(() -> {
          if (!process.isAlive()) {
            throw new IllegalStateException("the process ended:\n" + output());
          }
        })
        .ignoreExceptions()
        .until(condition);
  }

  /** Posts an AdmissionReview. */
  public HttpResponse<byte[]> mutate(byte[] review) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri("/mutate"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(review)));
  }

  /** What verifies its certificate. */
  public SSLContext trust() throws IOException {
    return TrustingClients.sslContext(authority);
  }

  /** A client that keeps its connection. */
  public HttpsClient client() throws IOException {
    return new HttpsClient(trust(), port);
  }

  /** The text of {@code /metrics}. */
  public String metrics() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI metrics = URI.create("http://localhost:" + metricsPort + "/metrics");
      return client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString()).body();
    }
  }

  /** Gets a path of the TLS port. */
  public HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).GET());
  }

  /** Ends the process in order and waits for it. */
  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("webhook did not stop within " + STOP + ":\n" + output());
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** The address of a path of the TLS port. */
  public URI uri(String path) {
    return URI.create("https://localhost:" + port + path);
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().sslContext(trust()).build()) {
      return client.send(request.timeout(STOP).build(), BodyHandlers.ofByteArray());
    }
  }
}
