package io.webidentity.testing.cluster;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Command lines of the programs of a control plane, and the files that they name beside the
 * certificates.
 *
 * @param site where they run; its paths are as the programs see them
 */
record ControlPlaneCommands(ControlPlaneSite site) {
  /** The administrator's kubeconfig. */
  Path kubeconfig() {
    return home().resolve("admin.kubeconfig");
  }

  /** The API server's file of users that have tokens. */
  Path tokens() {
    return home().resolve("tokens.csv");
  }

  private Path home() {
    return site.processes().home();
  }

  private String etcdUrl() {
    return "http://127.0.0.1:" + site.etcdPort();
  }

  List<String> etcd() {
    return List.of(
        "--data-dir=" + home().resolve("etcd"),
        "--listen-client-urls=" + etcdUrl(),
        "--advertise-client-urls=" + etcdUrl(),
        "--listen-peer-urls=http://127.0.0.1:0",
        // The data lives as long as the test run: a crash of the machine may take it.
        "--unsafe-no-fsync",
        "--log-level=warn");
  }

  List<String> apiServer() {
    ClusterCertificates certificates = site.certificates();
    return with(
        site.apiServerArguments(),
        "--etcd-servers=" + etcdUrl(),
        "--tls-cert-file=" + certificates.serverCertificate(),
        "--tls-private-key-file=" + certificates.serverKey(),
        "--client-ca-file=" + certificates.authority(),
        "--token-auth-file=" + tokens(),
        "--service-account-key-file=" + certificates.tokenPublicKey(),
        "--service-account-signing-key-file=" + certificates.tokenKey(),
        "--service-cluster-ip-range=10.96.0.0/16",
        "--allow-privileged=true",
        "--max-requests-inflight=2000",
        "--max-mutating-requests-inflight=1000");
  }

  List<String> controllerManager() {
    return with(
        site.controllerManagerArguments(),
        "--kubeconfig=" + kubeconfig(),
        "--service-account-private-key-file=" + site.certificates().tokenKey(),
        "--root-ca-file=" + site.certificates().authority(),
        "--leader-elect=false",
        "--secure-port=0",
        "--kube-api-qps=500",
        "--kube-api-burst=1000");
  }

  private static List<String> with(List<String> particular, String... common) {
    return Stream.concat(particular.stream(), Arrays.stream(common)).toList();
  }
}
