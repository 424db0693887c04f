package io.webidentity.testing.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What nodes, containers and their networks may leave on a machine, beside processes.
 *
 * @param facts a line for each mount, link, cgroup, file and setting of the kernel
 */
record MachineState(Set<String> facts) {
  /** Where container runtimes, plugins and kubelet keep things when nobody says otherwise. */
  private static final List<Path> USUAL_PLACES =
      Stream.of("/run", "/run/netns", "/run/containerd", "/var/lib", "/var/lib/cni", "/var/log")
          .map(Path::of)
          .toList();

  private static final List<Path> SETTINGS =
      Stream.of(
              "vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops", "net/ipv4/ip_forward")
          .map(Path.of("/proc/sys")::resolve)
          .toList();

  /**
   * Looks at the machine.
   *
   * @param folders looked at beside the usual places
   */
  static MachineState now(Path... folders) throws IOException {
    Set<String> facts = new HashSet<>();
    for (String mount : Files.readAllLines(Path.of("/proc/self/mounts"))) {
      facts.add("mount " + mount);
    }
    facts.addAll(list("link", Path.of("/sys/class/net"), 1));
    facts.addAll(list("cgroup", Path.of("/sys/fs/cgroup"), 2));
    for (Path place : USUAL_PLACES) {
      facts.addAll(list("file", place, 1));
    }
    for (Path folder : folders) {
      facts.addAll(list("file", folder, 1));
    }
    for (Path setting : SETTINGS) {
      facts.add(setting + "=" + Files.readString(setting).strip());
    }
    return new MachineState(facts);
  }

  private static Set<String> list(String kind, Path folder, int depth) throws IOException {
    if (!Files.exists(folder)) {
      return Set.of();
    }
    try (Stream<Path> entries = Files.find(folder, depth, (path, attributes) -> true)) {
      return entries.map(entry -> kind + " " + entry).collect(Collectors.toSet());
    }
  }

  /** What this has and another one has not. */
  Set<String> without(MachineState other) {
    Set<String> difference = new HashSet<>(facts);
    difference.removeAll(other.facts);
    return difference;
  }
}
