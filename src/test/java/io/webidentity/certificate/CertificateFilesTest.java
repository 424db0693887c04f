package io.webidentity.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateFilesTest {
  private static final Duration INTERVAL = Duration.ofMillis(10);

  @TempDir Path folder;

  private final PemPair first = PemPair.issue();
  private final PemPair second = PemPair.issue();
  private final List<ServingCertificate> seen = new CopyOnWriteArrayList<>();
  private CertificateFiles files;

  @BeforeEach
  void watch() {
    files =
        new CertificateFiles(
            folder.resolve("tls.crt"), folder.resolve("tls.key"), INTERVAL, Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    files.close();
  }

  @Test
  void files_that_are_there_are_loaded_at_once() throws IOException {
    write(first);

    files.start(seen::add);

    assertThat(leaf()).contains(first.certificate());
    assertThat(seen).hasSize(1);
  }

  @Test
  void files_that_are_there_before_the_start_need_no_stand_in() throws IOException {
    write(first);

    files.takeExisting();
    assertThat(leaf()).contains(first.certificate());

    files.start(seen::add);
    assertThat(seen).hasSize(1);
  }

  @Test
  void files_that_change_before_the_start_are_followed() throws IOException {
    write(first);
    files.takeExisting();
    write(second);

    files.start(seen::add);

    assertThat(leaf()).contains(second.certificate());
    assertThat(seen).hasSize(2);
  }

  @Test
  void a_certificate_that_did_not_sign_the_one_before_is_refused_again_and_again()
      throws IOException {
    Files.writeString(folder.resolve("tls.crt"), first.certificatePem() + second.certificatePem());
    Files.writeString(folder.resolve("tls.key"), first.keyPem());
    files.takeExisting();
    assertThat(files.current()).isEmpty();

    ServingCertificateProvider provider =
        new ServingCertificateProvider(
            SelfSignedAuthority.standIn(Clock.systemUTC(), Duration.ofDays(1)));
    files.start(provider::replace);
    await().until(() -> files.looks().orElseThrow().failures() > 2);
    assertThat(files.current()).isEmpty();
    assertThat(provider.serves(first.certificate())).isFalse();

    write(first);
    await().until(() -> provider.serves(first.certificate()));
  }

  @Test
  void files_that_are_not_there_before_the_start_fail_with_the_first_look() {
    files.takeExisting();
    assertThat(files.current()).isEmpty();
    assertThat(files.looks().orElseThrow().failures()).isZero();

    files.start(seen::add);
    assertThat(files.looks().orElseThrow().failures()).isPositive();
    assertThat(seen).isEmpty();
  }

  @Test
  void files_that_come_later_are_found() throws IOException {
    files.start(seen::add);
    assertThat(files.current()).isEmpty();
    assertThat(files.looks().orElseThrow().failures()).isPositive();

    write(first);

    await().untilAsserted(() -> assertThat(leaf()).contains(first.certificate()));
  }

  @Test
  void a_mounted_secret_that_kubelet_swaps_is_followed() throws IOException {
    Path mount = folder.resolve("mount");
    Files.createDirectories(mount);
    mountSecret(mount, "..1", first);
    Files.createSymbolicLink(mount.resolve("tls.crt"), Path.of("..data", "tls.crt"));
    Files.createSymbolicLink(mount.resolve("tls.key"), Path.of("..data", "tls.key"));
    files.close();
    files =
        new CertificateFiles(
            mount.resolve("tls.crt"), mount.resolve("tls.key"), INTERVAL, Clock.systemUTC());
    files.start(seen::add);
    assertThat(leaf()).contains(first.certificate());

    mountSecret(mount, "..2", second);

    await().untilAsserted(() -> assertThat(leaf()).contains(second.certificate()));
    assertThat(files.looks().orElseThrow().failures()).isZero();
  }

  @Test
  void a_key_of_another_certificate_leaves_the_pair_before_in_use_until_both_match()
      throws IOException {
    write(first);
    files.start(seen::add);

    Files.writeString(folder.resolve("tls.crt"), second.certificatePem());
    await().until(() -> files.looks().orElseThrow().failures() > 2);
    assertThat(leaf()).contains(first.certificate());

    Files.writeString(folder.resolve("tls.key"), second.keyPem());
    await().untilAsserted(() -> assertThat(leaf()).contains(second.certificate()));
  }

  @Test
  void garbage_and_missing_files_leave_the_pair_before_in_use() throws IOException {
    write(first);
    files.start(seen::add);

    Files.writeString(folder.resolve("tls.crt"), "-----BEGIN CERTIFICATE-----\nnonsense\n");
    await().until(() -> files.looks().orElseThrow().failures() > 0);
    Files.delete(folder.resolve("tls.key"));
    long before = files.looks().orElseThrow().failures();
    await().until(() -> files.looks().orElseThrow().failures() > before + 2);

    assertThat(leaf()).contains(first.certificate());
    assertThat(seen).hasSize(1);
  }

  @Test
  void unchanged_files_are_loaded_once() throws IOException {
    write(first);
    files.start(seen::add);
    // A second pair proves that the poller has looked again in between.
    write(second);
    await().until(() -> seen.size() == 2);

    assertThat(seen).extracting(ServingCertificate::leaf).doesNotHaveDuplicates();
  }

  private Optional<java.security.cert.X509Certificate> leaf() {
    return files.current().map(ServingCertificate::leaf);
  }

  private void write(PemPair pair) throws IOException {
    Files.writeString(folder.resolve("tls.crt"), pair.certificatePem());
    Files.writeString(folder.resolve("tls.key"), pair.keyPem());
  }

  /** Writes a folder and swaps the link to it, as kubelet's atomic writer does. */
  private static void mountSecret(Path mount, String version, PemPair pair) throws IOException {
    Path data = Files.createDirectory(mount.resolve(version));
    Files.writeString(data.resolve("tls.crt"), pair.certificatePem());
    Files.writeString(data.resolve("tls.key"), pair.keyPem());
    Path link = mount.resolve("..data_tmp");
    Files.createSymbolicLink(link, Path.of(version));
    Files.move(link, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
  }

  /** A fresh certificate and its key as PEM. */
  record PemPair(ServingCertificate pair) {
    static PemPair issue() {
      return new PemPair(
          new SelfSignedAuthority(Clock.systemUTC(), Duration.ofDays(1))
              .issueForLoopback(List.of()));
    }

    java.security.cert.X509Certificate certificate() {
      return pair.leaf();
    }

    String certificatePem() {
      return TestPem.encode("CERTIFICATE", encoded());
    }

    String keyPem() {
      return TestPem.encode("PRIVATE KEY", TestPem.key(pair).getEncoded());
    }

    private byte[] encoded() {
      try {
        return pair.leaf().getEncoded();
      } catch (java.security.cert.CertificateEncodingException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
