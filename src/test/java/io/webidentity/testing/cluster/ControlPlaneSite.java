package io.webidentity.testing.cluster;

import io.webidentity.testing.server.LoopbackPorts;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the processes of a control plane run, and what they are told beside what every one is.
 *
 * @param processes where; its home keeps data and certificates
 * @param certificates of the API server, under all its addresses
 * @param etcdPort port of 127.0.0.1 there
 * @param server URL of the API server, as this machine reaches it
 * @param webhookHost this machine's address, as the API server reaches it
 * @param apiServerArguments where it listens and how it authorizes
 * @param controllerManagerArguments which controllers run
 * @param users lines of the API server's file of tokens, beside the administrator's
 */
public record ControlPlaneSite(
    ProcessSite processes,
    ClusterCertificates certificates,
    int etcdPort,
    URI server,
    String webhookHost,
    List<String> apiServerArguments,
    List<String> controllerManagerArguments,
    List<String> users) {
  private static final String CONTROLLERS =
      String.join(
          ",",
          "serviceaccount-controller",
          "root-ca-certificate-publisher-controller",
          "namespace-controller",
          "garbage-collector-controller",
          "deployment-controller",
          "replicaset-controller",
          "statefulset-controller",
          "job-controller",
          "cronjob-controller");

  public ControlPlaneSite {
    apiServerArguments = List.copyOf(apiServerArguments);
    controllerManagerArguments = List.copyOf(controllerManagerArguments);
    users = List.copyOf(users);
  }

  /** Loopback ports of this machine, and the controllers that need no node. */
  public static ControlPlaneSite onLoopback(Path home) {
    return withoutNodes(
        home,
        ClusterCertificates.in(home),
        LoopbackPorts.free(),
        "127.0.0.1",
        LoopbackPorts.free(),
        "127.0.0.1");
  }

  /** The same, with further arguments of the API server. */
  public ControlPlaneSite with(List<String> furtherApiServerArguments) {
    return new ControlPlaneSite(
        processes,
        certificates,
        etcdPort,
        server,
        webhookHost,
        Stream.concat(apiServerArguments.stream(), furtherApiServerArguments.stream()).toList(),
        controllerManagerArguments,
        users);
  }

  /**
   * A place for a control plane that has no nodes: pods stay Pending. The ServiceAccount admission
   * plugin is on, as in every real cluster: it decides which account a pod has before webhooks see
   * it.
   *
   * @param address on which the API server listens there
   */
  static ControlPlaneSite withoutNodes(
      Path home,
      ClusterCertificates certificates,
      int etcdPort,
      String address,
      int port,
      String webhookHost) {
    return new ControlPlaneSite(
        new ProcessSite("", List.of(), home),
        certificates,
        etcdPort,
        URI.create("https://127.0.0.1:" + port),
        webhookHost,
        List.of(
            "--bind-address=" + address,
            "--advertise-address=127.0.0.1",
            "--secure-port=" + port,
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
            "--authorization-mode=RBAC",
            "--enable-admission-plugins=ServiceAccount",
            // A loopback address cannot be an endpoint of the Service `kubernetes`.
            "--endpoint-reconciler-type=none"),
        List.of("--controllers=" + CONTROLLERS),
        List.of());
  }
}
