package io.webidentity.testing.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A node with a running pod, in a JVM of its own that ends in every way that a JVM can. What
 * appears on the machine with the node must be gone after it.
 */
@Tag("e2e")
class NodeStopTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir private Path temporary;
  @TempDir private Path state;

  @ParameterizedTest
  @EnumSource
  void nothing_of_a_node_is_left(Ending ending) throws IOException {
    MachineState before = MachineState.now(temporary);
    Process jvm = startNode();
    try {
      awaitUp(jvm);
      runPod();
      List<ProcessHandle> processes = jvm.descendants().toList();
      Set<String> appeared = MachineState.now(temporary).without(before);
      assertThat(processes)
          .extracting(process -> process.info().commandLine().orElse(""))
          .anyMatch(command -> command.contains("kubelet"))
          .anyMatch(command -> command.contains("containerd-shim"))
          .anyMatch(command -> command.contains("sleep"));
      assertThat(appeared)
          .anyMatch(fact -> fact.startsWith("link"))
          .anyMatch(fact -> fact.startsWith("cgroup"))
          .anyMatch(fact -> fact.startsWith("file " + temporary));

      ending.end(jvm);

      Awaitility.await("the node's processes have ended")
          .atMost(PATIENCE)
          .until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
      if (ending == Ending.KILLED_WITH_ITS_HOLDER) {
        sweep();
      }
      Awaitility.await("nothing is left")
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(MachineState.now(temporary).facts())
                  .doesNotContainAnyElementsOf(appeared));
    } finally {
      jvm.destroyForcibly();
      jvm.onExit().join();
    }
  }

  enum Ending {
    /** As by Ctrl-C or {@code make cluster-down}. */
    TOLD_TO_STOP {
      @Override
      void end(Process jvm) {
        jvm.destroy();
      }
    },
    KILLED {
      @Override
      void end(Process jvm) {
        jvm.destroyForcibly();
      }
    },
    /** Together with the script that would clean up: the next start does, or make cluster-down. */
    KILLED_WITH_ITS_HOLDER {
      @Override
      void end(Process jvm) {
        jvm.children()
            .filter(child -> child.info().commandLine().orElse("").contains("node-sandbox"))
            .forEach(ProcessHandle::destroyForcibly);
        jvm.destroyForcibly();
      }
    };

    abstract void end(Process jvm);
  }

  private Process startNode() throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                classPath,
                NodeByHand.class.getName(),
                state.toString())
            .redirectErrorStream(true)
            .redirectOutput(log().toFile());
    builder.environment().put("TMPDIR", temporary.toString());
    return builder.start();
  }

  private Path log() {
    return state.resolve("log");
  }

  private void awaitUp(Process jvm) {
    Awaitility.await("the node is up")
        .atMost(PATIENCE)
        .failFast(() -> {
          if (!jvm.isAlive()) {
            throw new IllegalStateException(Files.readString(log()));
          }
        })
        .until(() -> Files.exists(state.resolve("kubeconfig")));
  }

  private void runPod() {
    Config config = Config.fromKubeconfig(state.resolve("kubeconfig").toFile());
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      NodePods.awaitRunning(client, NodePods.waiting("default", "waiter"));
    }
  }

  private void sweep() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(NodeSandbox.SCRIPT.toString(), "sweep")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("TMPDIR", temporary.toString());
    assertThat(builder.start().onExit().join().exitValue()).isZero();
  }
}
