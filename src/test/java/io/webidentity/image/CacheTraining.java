package io.webidentity.image;

import io.webidentity.testing.cluster.PodAccess;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.HttpsClient;
import io.webidentity.testing.server.SampleApiServer;
import io.webidentity.testing.server.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the AOT cache of the image: runs the server from the files of the image as it runs in a
 * pod, against an API server of its own, and has the JVM write down what it loaded and linked (JEP
 * 483, 514).
 */
public final class CacheTraining {
  /** Enough to meet all that a review calls; ten times as many made no start faster. */
  private static final int REVIEWS = 400;

  private static final int CONNECTIONS = 20;
  private static final int OK = 200;

  private final Path root;
  private final Path work;
  private final ImageProgram program;

  private CacheTraining(Path root, Path work) throws IOException {
    this.root = root.toAbsolutePath();
    this.work = work.toAbsolutePath();
    Files.createDirectories(this.work);
    this.program = new ImageProgram(root, work.resolve("training.args"), "-XX:AOTCache=.*");
  }

  /**
   * Makes the cache.
   *
   * @param args the image's file system, a folder for what is needed on the way
   */
  public static void main(String[] args) throws Exception {
    CacheTraining training = new CacheTraining(Path.of(args[0]), Path.of(args[1]));
    Path configuration = training.record();
    training.create(configuration);
  }

  private Path record() throws Exception {
    Path configuration = work.resolve("webhook.aotconf");
    Files.deleteIfExists(configuration);
    try (SampleApiServer api = SampleApiServer.start()) {
      PodAccess pod = PodAccess.write(work.resolve("pod"), api.user());
      List<String> command =
          program.command(
              "-XX:AOTMode=record",
              "-XX:+UnlockDiagnosticVMOptions",
              // By profiles of so short a run, too much is compiled at each start (decision 9).
              "-XX:-AOTRecordTraining",
              "-XX:AOTConfiguration=" + configuration,
              pod.option());
      // First without files: a certificate stands in then, as with the built-in authority.
      ServerProcess server = ServerProcess.startBeforeFiles(root, command, pod.environment());
      try (server) {
        server.awaitReady();
        serve(server);
      }
      require(Files.exists(configuration), "the training run wrote nothing:\n" + server.output());
    }
    return configuration;
  }

  private static void serve(ServerProcess server) throws Exception {
    for (String path : List.of("/healthz", "/readyz")) {
      require(server.get(path).statusCode() == OK, path + " is not 200");
    }
    List<String> accounts =
        List.of(SampleApiServer.WITH_ROLE, SampleApiServer.WITHOUT_ROLE, "unknown");
    for (int i = 0; i < CONNECTIONS; i++) {
      try (HttpsClient client = server.client()) {
        for (int j = 0; j < REVIEWS / CONNECTIONS; j++) {
          String account = accounts.get(j % accounts.size());
          String review = Reviews.podCreation(i + "-" + j, SampleApiServer.NAMESPACE, account);
          require(client.mutate(review).statusCode() == OK, "a review was not answered");
        }
      }
    }
    require(server.metrics().contains("webidentity_"), "there are no metrics");
  }

  private void create(Path configuration) throws Exception {
    Path cache = root.resolve("opt/webhook/webhook.aot");
    Files.deleteIfExists(cache);
    Path log = work.resolve("training.log");
    int status =
        new ProcessBuilder(
                program.command(
                    "-XX:AOTMode=create",
                    "-XX:AOTConfiguration=" + configuration,
                    "-XX:AOTCache=" + cache))
            .directory(root.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    require(
        status == 0 && Files.exists(cache),
        "the JVM made no cache:\n" + Files.readString(log, StandardCharsets.UTF_8));
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalStateException("AOT cache: " + message);
    }
  }
}
