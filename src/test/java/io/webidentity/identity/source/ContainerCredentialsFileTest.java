package io.webidentity.identity.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.account.AccountKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As kubelet does it (a link swapped to a new folder) and as people do it. */
class ContainerCredentialsFileTest {
  private static final AccountKey ORDERS = new AccountKey("shop", "orders");
  private static final AccountKey REPORTS = new AccountKey("shop", "reports");

  @TempDir private Path mount;
  private Path file;
  private ContainerCredentialsFile source;

  @BeforeEach
  void mountFirstVersion() throws IOException {
    version("..1", "orders");
    Files.createSymbolicLink(mount.resolve("..data"), Path.of("..1"));
    file = Files.createSymbolicLink(mount.resolve("list.json"), Path.of("..data", "list.json"));
    source = new ContainerCredentialsFile(file, Duration.ofMillis(20));
  }

  @AfterEach
  void close() {
    source.close();
  }

  @Test
  void is_read_when_it_returns_from_start() {
    assertThat(source.ready()).isFalse();
    source.start();

    assertThat(source.ready()).isTrue();
    assertThat(source.contains(ORDERS)).isTrue();
    assertThat(source.contains(REPORTS)).isFalse();
    assertThat(source.entries()).isEqualTo(1);
  }

  @Test
  void a_swapped_link_brings_the_new_list() throws IOException {
    source.start();
    version("..2", "reports");
    swapTo("..2");

    await(() -> source.contains(REPORTS));
    assertThat(source.contains(ORDERS)).isFalse();
    assertThat(source.looks().failures()).isZero();
  }

  @Test
  void a_broken_file_keeps_the_list_and_counts_until_it_is_mended() throws IOException {
    source.start();
    Files.writeString(mount.resolve("..1/list.json"), "{\"identities\":[{\"namespace\"");

    await(() -> source.looks().failures() > 1);
    assertThat(source.contains(ORDERS)).isTrue();

    version("..1", "reports");
    await(() -> source.contains(REPORTS));
    long before = source.looks().failures();
    version("..1", "orders");
    await(() -> source.contains(ORDERS));
    assertThat(source.looks().failures()).isEqualTo(before);
  }

  @Test
  void an_emptied_file_and_none_at_all_clear_the_list() throws IOException {
    source.start();
    Files.writeString(mount.resolve("..1/list.json"), "");
    await(() -> !source.contains(ORDERS));

    version("..1", "orders");
    await(() -> source.contains(ORDERS));
    Files.delete(mount.resolve("..1/list.json"));
    await(() -> !source.contains(ORDERS));
    assertThat(source.looks().failures()).isZero();
  }

  @Test
  void a_file_that_is_not_there_yet_lists_nothing_until_it_is() throws IOException {
    Files.delete(mount.resolve("..data"));
    source.start();
    assertThat(source.ready()).isTrue();
    assertThat(source.contains(ORDERS)).isFalse();

    Files.createSymbolicLink(mount.resolve("..data"), Path.of("..1"));
    await(() -> source.contains(ORDERS));
  }

  /** A file that is opened to be written is empty at first; that must not take credentials away. */
  @Test
  void a_file_that_is_just_being_written_is_not_taken() throws IOException {
    source.close();
    source = new ContainerCredentialsFile(file, Duration.ofMillis(200));
    source.start();
    Path target = mount.resolve("..1/list.json");
    for (int round = 0; round < 5; round++) {
      String content = Files.readString(target);
      Files.writeString(target, "");
      Files.writeString(target, content + " ");
      assertThat(source.contains(ORDERS)).isTrue();
    }
    assertThat(source.looks().failures()).isZero();
  }

  private void version(String folder, String account) throws IOException {
    Files.createDirectories(mount.resolve(folder));
    Files.writeString(
        mount.resolve(folder).resolve("list.json"),
        "{\"identities\":[{\"namespace\":\"shop\",\"serviceAccount\":\"%s\"}]}".formatted(account));
  }

  private void swapTo(String folder) throws IOException {
    Path next = Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of(folder));
    Files.move(
        next,
        mount.resolve("..data"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static void await(java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(10))
        .until(condition);
  }
}
