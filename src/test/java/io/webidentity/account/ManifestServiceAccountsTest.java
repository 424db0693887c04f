package io.webidentity.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestServiceAccountsTest {
  private static final AccountKey ORDERS = new AccountKey("shop", "orders");

  @TempDir Path folder;

  private ManifestServiceAccounts accounts = watching(Path.of("replaced"));

  @AfterEach
  void stop() {
    accounts.close();
  }

  @Test
  void what_is_there_at_start_is_known_and_ready() throws Exception {
    start(write("a.yaml", role("first")));

    assertThat(accounts.ready()).isTrue();
    assertThat(accounts.known(ORDERS)).contains(annotations("first"));
    assertThat(accounts.statistics().known()).isEqualTo(1);
    assertThat(accounts.statistics().annotated()).isEqualTo(1);
    assertThat(accounts.statistics().watching()).isTrue();
  }

  @Test
  void a_look_up_answers_at_once_and_is_counted() throws Exception {
    start(write("a.yaml", role("first")));

    assertThat(accounts.lookUpLive(ORDERS).toCompletableFuture().join())
        .isEqualTo(new ObjectLookup.Found<>(annotations("first")));
    assertThat(accounts.lookUpLive(new AccountKey("shop", "other")).toCompletableFuture().join())
        .isEqualTo(new ObjectLookup.NotFound<>());
    assertThat(accounts.statistics().lookups())
        .containsEntry(LookupResult.FOUND, 1L)
        .containsEntry(LookupResult.NOT_FOUND, 1L);
  }

  @Test
  void before_the_start_nothing_is_ready_and_look_ups_fail() {
    assertThat(accounts.ready()).isFalse();
    assertThat(accounts.known(ORDERS)).isEmpty();
    assertThat(accounts.lookUpLive(ORDERS).toCompletableFuture().join())
        .isInstanceOf(ObjectLookup.Failed.class);
  }

  @Test
  void a_mistake_at_the_start_is_an_error() throws Exception {
    Path file = write("a.yaml", "kind: [");

    assertThatThrownBy(() -> start(file)).isInstanceOf(UnusableContentException.class);
  }

  @Test
  void a_changed_file_is_read_again() throws Exception {
    start(write("a.yaml", role("first")));

    write("a.yaml", role("other"));

    await().untilAsserted(() -> assertKnown("other"));
  }

  @Test
  void a_new_file_of_the_folder_is_read_and_a_deleted_one_forgotten() throws Exception {
    start(folder);
    assertThat(accounts.known(ORDERS)).isEmpty();

    Path file = write("a.yaml", role("first"));
    await().untilAsserted(() -> assertKnown("first"));
    Files.delete(file);

    await().until(() -> accounts.known(ORDERS).isEmpty());
  }

  @Test
  void a_folder_that_kubernetes_swaps_is_read_again() throws Exception {
    mount("..2026_1", "first");
    swapData("..2026_1");
    Files.createSymbolicLink(folder.resolve("a.yaml"), Path.of("..data", "a.yaml"));
    start(folder);
    assertKnown("first");

    mount("..2026_2", "other");
    swapData("..2026_2");

    await().untilAsserted(() -> assertKnown("other"));
  }

  @Test
  void a_mistake_keeps_what_was_known_until_it_is_corrected() throws Exception {
    start(write("a.yaml", role("first")));

    write("a.yaml", "kind: [");
    await().until(() -> !accounts.statistics().watching());
    assertKnown("first");

    write("a.yaml", role("other"));
    await().untilAsserted(() -> assertKnown("other"));
    assertThat(accounts.statistics().watching()).isTrue();
  }

  @Test
  void a_list_that_is_its_own_item_keeps_what_was_known_until_it_is_corrected() throws Exception {
    start(write("a.yaml", role("first")));

    write("a.yaml", "kind: List\nitems: &a\n- {kind: List, items: *a}\n");
    await().until(() -> !accounts.statistics().watching());
    assertKnown("first");

    write("a.yaml", role("other"));
    await().untilAsserted(() -> assertKnown("other"));
  }

  @Test
  void an_error_of_the_virtual_machine_does_not_end_the_polling() throws Exception {
    Path file = write("a.yaml", role("first"));
    AtomicBoolean broken = new AtomicBoolean();
    AtomicInteger errors = new AtomicInteger();
    accounts =
        new ManifestServiceAccounts(
            file,
            new ServiceAccountManifests("example.com"),
            Duration.ofMillis(5),
            () -> {
              if (broken.get()) {
                errors.incrementAndGet();
                throw new StackOverflowError();
              }
              return System.nanoTime();
            });
    accounts.start();

    broken.set(true);
    await().until(() -> errors.get() > 0);
    broken.set(false);

    write("a.yaml", role("other"));
    await().untilAsserted(() -> assertKnown("other"));
  }

  @Test
  void a_file_that_disappears_keeps_what_was_known_and_may_come_back() throws Exception {
    Path file = write("a.yaml", role("first"));
    start(file);

    Files.delete(file);
    await().until(() -> !accounts.statistics().watching());
    assertKnown("first");

    write("a.yaml", role("first"));
    await().until(() -> accounts.statistics().watching());
    assertKnown("first");
  }

  private void assertKnown(String role) {
    assertThat(accounts.known(ORDERS)).contains(annotations(role));
  }

  private void start(Path path) throws UnusableContentException {
    accounts = watching(path);
    accounts.start();
  }

  private static ManifestServiceAccounts watching(Path path) {
    return new ManifestServiceAccounts(
        path, new ServiceAccountManifests("example.com"), Duration.ofMillis(5), System::nanoTime);
  }

  private void mount(String version, String role) throws Exception {
    Files.createDirectory(folder.resolve(version));
    Files.writeString(folder.resolve(version).resolve("a.yaml"), role(role));
  }

  /** As the kubelet's atomic writer does it: a new link, renamed over the old one. */
  private void swapData(String version) throws Exception {
    Path link = folder.resolve("..data_tmp");
    Files.createSymbolicLink(link, Path.of(version));
    Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
  }

  private Path write(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }

  private static IdentityAnnotations annotations(String role) {
    return new IdentityAnnotations(role, null, null, null, SessionAnnotations.NONE);
  }

  private static String role(String role) {
    return """
    apiVersion: v1
    kind: ServiceAccount
    metadata:
      name: orders
      namespace: shop
      annotations:
        example.com/role-arn: %s
    """
        .formatted(role);
  }
}
