package io.webidentity.rolepolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.webidentity.policy.PolicyRule;
import io.webidentity.policy.RolePolicy;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As kubelet does it (a link swapped to a new folder) and as people do it. */
class RolePolicyFileTest {
  @TempDir private Path mount;
  private Path file;
  private RolePolicyFile source;

  @BeforeEach
  void mountFirstVersion() throws IOException {
    version("..1", "first");
    Files.createSymbolicLink(mount.resolve("..data"), Path.of("..1"));
    file = Files.createSymbolicLink(mount.resolve("policy.yaml"), Path.of("..data", "policy.yaml"));
    source = new RolePolicyFile(file, Duration.ofMillis(20));
  }

  @AfterEach
  void close() {
    source.close();
  }

  @Test
  void it_is_in_force_once_it_is_read() throws Exception {
    assertThat(source.ready()).isFalse();
    assertThat(source.current()).isEmpty();
    assertThat(source.entries()).isZero();

    source.read();

    assertThat(source.ready()).isTrue();
    assertThat(rules()).containsExactly("first");
    assertThat(source.entries()).isEqualTo(1);
  }

  @Test
  void a_file_that_is_not_in_order_at_start_is_an_error_that_says_what_to_do() throws Exception {
    Files.writeString(mount.resolve("..1/policy.yaml"), "rules: []\nenforced: deny");
    assertThatThrownBy(source::read)
        .isInstanceOf(UnusableContentException.class)
        .hasMessage(
            file + ", line 2: enforced is no field of a role policy; did you mean enforce?");

    Files.write(
        mount.resolve("..1/policy.yaml"),
        "rules: [] # \u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(source::read).hasMessageContaining("is not UTF-8");

    Files.delete(mount.resolve("..data"));
    assertThatThrownBy(source::read).hasMessage(file + " does not exist; put a role policy there");
    assertThat(source.ready()).isFalse();
  }

  @Test
  void a_swapped_link_brings_the_new_policy() throws Exception {
    start();
    version("..2", "second");
    swapTo("..2");

    await(() -> rules().equals(List.of("second")));
    assertThat(source.looks().failures()).isZero();
  }

  @Test
  void a_broken_an_emptied_and_a_deleted_file_change_nothing_until_it_is_mended() throws Exception {
    start();
    for (String broken : new String[] {"rules: [", "", "rules: []\nx: y"}) {
      long before = source.looks().failures();
      Files.writeString(mount.resolve("..1/policy.yaml"), broken);
      await(() -> source.looks().failures() > before + 1);
      assertThat(rules()).containsExactly("first");
    }
    long before = source.looks().failures();
    Files.delete(mount.resolve("..1/policy.yaml"));
    await(() -> source.looks().failures() > before + 1);
    assertThat(rules()).containsExactly("first");

    version("..1", "mended");
    await(() -> rules().equals(List.of("mended")));
  }

  /** The first half of a policy may be one too, that allows less or more. */
  @Test
  void a_file_that_is_just_being_written_is_not_taken() throws Exception {
    source.close();
    source = new RolePolicyFile(file, Duration.ofMillis(200));
    start();
    Path target = mount.resolve("..1/policy.yaml");
    for (int round = 0; round < 5; round++) {
      String content = Files.readString(target);
      Files.writeString(target, "rules: []");
      Files.writeString(target, content + " ");
      assertThat(rules()).containsExactly("first");
    }
    assertThat(source.looks().failures()).isZero();
  }

  private void start() throws UnusableContentException {
    source.read();
    source.start();
  }

  private List<String> rules() {
    return source.current().map(RolePolicy::rules).orElse(List.of()).stream()
        .map(PolicyRule::name)
        .toList();
  }

  private void version(String folder, String rule) throws IOException {
    Files.createDirectories(mount.resolve(folder));
    Files.writeString(
        mount.resolve(folder).resolve("policy.yaml"),
        "rules: [{name: %s, namespaces: [a], roles: []}]".formatted(rule));
  }

  private void swapTo(String folder) throws IOException {
    Path next = Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of(folder));
    Files.move(
        next,
        mount.resolve("..data"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(10))
        .until(condition);
  }
}
