package io.webidentity.testing.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The configuration files of containerd, the pod network and kubelet, in a node's folder. */
record NodeFiles(Path folder) {
  /** At containerd's own default: /run is the node's. */
  static final String CONTAINERD_SOCKET = "/run/containerd/containerd.sock";

  private static final String PODS = "10.244.0.0/16";

  /** Writes all of them. */
  static NodeFiles write(Path folder, Path authority, String cgroup) {
    NodeFiles files = new NodeFiles(folder);
    try {
      Files.writeString(files.containerd(), containerdConfiguration(folder));
      Files.createDirectories(folder.resolve("cni"));
      Files.writeString(folder.resolve("cni/node.conflist"), network(folder));
      Files.writeString(folder.resolve("resolv.conf"), "");
      Files.writeString(files.kubelet(), kubeletConfiguration(folder, authority, cgroup));
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path containerd() {
    return folder.resolve("containerd.toml");
  }

  Path kubelet() {
    return folder.resolve("kubelet.yaml");
  }

  Path kubeletKubeconfig() {
    return folder.resolve("kubelet.kubeconfig");
  }

  Path schedulerKubeconfig() {
    return folder.resolve("scheduler.kubeconfig");
  }

  private static String containerdConfiguration(Path folder) {
    return """
    version = 2
    root = "%s"
    disabled_plugins = [
      "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
      "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
      "io.containerd.internal.v1.opt", "io.containerd.tracing.processor.v1.otlp"]
    [plugins."io.containerd.grpc.v1.cri"]
      sandbox_image = "%s"
      # Where this process itself may not lower its score, runc fails to start any container.
      restrict_oom_score_adj = true
      # A profile would stay loaded in the machine's kernel.
      disable_apparmor = true
      # As containerd 2 has it by default: deployments in the reference's shape listen on 443, not as root.
      enable_unprivileged_ports = true
    [plugins."io.containerd.grpc.v1.cri".cni]
      bin_dir = "%s"
      conf_dir = "%s"
    """
        .formatted(
            folder.resolve("containerd"), NodeImages.PAUSE, plugins(), folder.resolve("cni"));
  }

  /** Debian's folder, else the one that CNI's own archives are meant for. */
  private static Path plugins() {
    return Stream.of(Path.of("/usr/lib/cni"), Path.of("/opt/cni/bin"))
        .filter(plugins -> Files.isExecutable(plugins.resolve("bridge")))
        .findFirst()
        .orElseThrow();
  }

  private static String network(Path folder) {
    return """
    {"cniVersion": "0.4.0", "name": "pods", "plugins": [
      {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": false, "hairpinMode": true,
       "ipam": {"type": "host-local", "dataDir": "%s", "routes": [{"dst": "0.0.0.0/0"}],
                "ranges": [[{"subnet": "%s"}]]}}]}
    """
        .formatted(folder.resolve("addresses"), PODS);
  }

  /**
   * Kubelet leaves this machine's swap, iptables and resource reservations alone, keeps to its
   * cgroup, and evicts nothing: the machine is shared.
   */
  private static String kubeletConfiguration(Path folder, Path authority, String cgroup) {
    return """
    apiVersion: kubelet.config.k8s.io/v1beta1
    kind: KubeletConfiguration
    authentication:
      anonymous: {enabled: false}
      webhook: {enabled: false}
      x509: {clientCAFile: %s}
    authorization: {mode: AlwaysAllow}
    containerRuntimeEndpoint: unix://%s
    resolvConf: %s
    cgroupDriver: cgroupfs
    cgroupsPerQOS: true
    cgroupRoot: %s
    enforceNodeAllocatable: []
    failCgroupV1: false
    failSwapOn: false
    makeIPTablesUtilChains: false
    localStorageCapacityIsolation: false
    evictionHard: {memory.available: 10Mi, nodefs.available: 10Mi}
    imageGCHighThresholdPercent: 100
    """
        .formatted(authority, CONTAINERD_SOCKET, folder.resolve("resolv.conf"), cgroup);
  }
}
