package io.webidentity.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.bench.ConstantRate;
import io.webidentity.bench.Latencies;
import io.webidentity.bench.ReviewBody;
import io.webidentity.bench.Target;
import io.webidentity.testing.Folders;
import io.webidentity.testing.cluster.PodAccess;
import io.webidentity.testing.server.CertificateInFiles;
import io.webidentity.testing.server.SampleApiServer;
import io.webidentity.testing.server.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * The webhook under the chart's limit, asked about 50 pods a second while {@link Attackers} are at
 * work.
 */
final class HostileRun implements AutoCloseable {
  private static final int PODS_PER_SECOND = 50;
  private static final Duration WATCHERS = Duration.ofSeconds(5);

  /** The webhook looks at its certificate's files every 5 s. */
  private static final Duration CERTIFICATES = Duration.ofSeconds(10);

  private static final String ROLE = "arn:aws:iam::111122223333:role/%s";
  private static final String POLICY =
      """
      enforce: deny
      rules:
        - namespaces: ["*"]
          roles: ["arn:aws:iam::%s:role/*"]
      """;
  private static final String ALLOWED_ACCOUNT = "111122223333";
  private static final String OTHER_ACCOUNT = "444455556666";

  private final Path folder = Folders.temporary("webhook-hostile");
  private final Path policy = folder.resolve("policy.yaml");
  private final Path identities = folder.resolve("identities.json");
  private final SampleApiServer api;
  private final CertificateInFiles certificate = CertificateInFiles.issue();
  private final ServerProcess server;
  private final Target target;
  private final List<byte[]> attacks;

  /** Starts this program in the chart's limit, and waits until it is ready. */
  HostileRun(LimitedProgram program) throws IOException {
    Folders.replace(policy, POLICY.formatted(ALLOWED_ACCOUNT));
    Folders.replace(identities, "{\"identities\":[]}");
    certificate.write();
    api = SampleApiServer.start();
    PodAccess pod = PodAccess.write(folder.resolve("pod"), api.user());
    server =
        ServerProcess.startWithFiles(
            program.directory(),
            program.command(pod.option()),
            pod.environment(),
            certificate,
            "--role-policy=" + policy,
            "--watch-container-credentials-config=" + identities);
    server.awaitReady();
    target =
        new Target("this webhook", server.uri("/mutate"), server.trust(), server.process().pid());
    attacks = Attackers.requests(target.url());
  }

  /** What the victims saw, and what the attackers did. */
  record Outcome(Latencies victims, long attacks) {}

  /** Attacks for so many seconds, and asks about pods meanwhile. */
  Outcome run(int seconds) throws InterruptedException, IOException {
    try (ConstantRate pods = new ConstantRate(target, ReviewBody.typical());
        Attackers attackers = Attackers.start(target.url(), target.trust(), attacks)) {
      Latencies seen = pods.run(PODS_PER_SECOND, seconds);
      return new Outcome(seen, attackers.sent());
    }
  }

  /** Resident memory. */
  Target.Memory memory() throws IOException {
    return target.memory();
  }

  /** The webhook is the process that was started, ready, and has not met an error of the JVM. */
  void assertUnharmed() throws IOException, InterruptedException {
    assertThat(server.process().isAlive()).as(server.output()).isTrue();
    assertThat(server.get("/readyz").statusCode()).isEqualTo(200);
    assertThat(server.output()).doesNotContain("OutOfMemoryError").doesNotContain("internal_error");
  }

  /** Whatever decides or is served is still looked at. */
  void assertWatchersLive() throws IOException, InterruptedException {
    api.annotate(ROLE.formatted("other"));
    await("the ServiceAccount", ROLE.formatted("other"));
    api.annotate(ROLE.formatted("reports"));
    await("the ServiceAccount", ROLE.formatted("reports"));
    Certificate before = served();
    certificate.write();
    Awaitility.await("a new certificate is served")
        .atMost(CERTIFICATES)
        .until(() -> !served().equals(before));

    Folders.replace(policy, POLICY.formatted(OTHER_ACCOUNT));
    await("the role policy", "\"allowed\":false");
    Folders.replace(policy, POLICY.formatted(ALLOWED_ACCOUNT));
    await("the role policy", "\"allowed\":true");
    Folders.replace(
        identities,
        "{\"identities\":[{\"namespace\":\"%s\",\"serviceAccount\":\"*\"}]}"
            .formatted(ReviewBody.NAMESPACE));
    await("the container credentials", "eks-pod-identity-token");
    Folders.replace(identities, "{\"identities\":[]}");
    await("the container credentials", "aws-iam-token");
  }

  private void await(String source, String expected) {
    Awaitility.await(source + " counts").atMost(WATCHERS).until(() -> answer().contains(expected));
  }

  private String answer() throws IOException, InterruptedException {
    String answer =
        new String(server.mutate(ReviewBody.typical().json()).body(), StandardCharsets.UTF_8);
    int patch = answer.indexOf("\"patch\":\"");
    if (patch < 0) {
      return answer;
    }
    String base64 = answer.substring(patch + 9, answer.indexOf('"', patch + 9));
    return answer + new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  private Certificate served() throws IOException, InterruptedException {
    return server.get("/readyz").sslSession().orElseThrow().getPeerCertificates()[0];
  }

  @Override
  public void close() throws IOException {
    server.close();
    api.close();
    Folders.delete(folder);
  }
}
