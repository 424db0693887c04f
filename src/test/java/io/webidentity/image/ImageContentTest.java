package io.webidentity.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.testing.Notice;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is in the archive that {@code make image} makes. */
@Tag("e2e")
final class ImageContentTest {
  static final Path ARCHIVE = Path.of("target/image/web-identity-webhook.tar");
  private static final Path BILL = Path.of("target/image/web-identity-webhook.cdx.json");

  @SuppressWarnings("NullAway.Init") // JUnit reads it before any test.
  private static OciArchive image;

  @BeforeAll
  static void the_image_is_built() throws IOException {
    assertThat(ARCHIVE).as("run `make image` first, as `make e2e` does").exists();
    image = OciArchive.read(ARCHIVE);
  }

  @Test
  void it_runs_webhook_as_nobody_in_particular() {
    JsonNode config = image.configuration().path("config");

    assertThat(config.path("Entrypoint")).extracting(JsonNode::asText).containsExactly("/webhook");
    assertThat(config.path("User").asText()).isEqualTo("65532:65532");
    assertThat(config.path("Env")).isEmpty();
    assertThat(image.configuration().path("os").asText()).isEqualTo("linux");
    assertThat(image.configuration().path("architecture").asText())
        .isEqualTo(System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64");
  }

  @Test
  void its_labels_say_what_it_is_and_of_which_commit() {
    JsonNode labels = image.configuration().at("/config/Labels");
    String prefix = "org.opencontainers.image.";

    assertThat(labels.path(prefix + "title").asText()).isEqualTo("web-identity-webhook");
    assertThat(labels.path(prefix + "description").asText()).isNotEmpty();
    assertThat(labels.path(prefix + "version").asText()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(labels.path(prefix + "revision").asText()).matches("[0-9a-f]{40}");
    assertThat(labels.path(prefix + "licenses").asText()).isEqualTo("Apache-2.0");
    assertThat(Instant.parse(labels.path(prefix + "created").asText()))
        .isEqualTo(Instant.parse(image.configuration().path("created").asText()));
  }

  @Test
  void every_engine_finds_its_name_and_its_layers() {
    JsonNode annotations = image.json("index.json").at("/manifests/0/annotations");
    String name = annotations.path("org.opencontainers.image.ref.name").asText();
    JsonNode docker = image.json("manifest.json").path(0);

    assertThat(name).startsWith("web-identity-webhook:");
    assertThat(annotations.path("io.containerd.image.name").asText())
        .isEqualTo("docker.io/library/" + name);
    assertThat(docker.path("RepoTags")).extracting(JsonNode::asText).containsExactly(name);
    assertThat(docker.path("Config").asText())
        .isEqualTo(OciArchive.path(image.manifest().at("/config/digest").asText()));
    assertThat(docker.path("Layers"))
        .extracting(JsonNode::asText)
        .containsExactlyElementsOf(image.layers().stream().map(OciArchive::path).toList());
  }

  @Test
  void every_blob_has_the_digest_that_names_it() throws Exception {
    List<String> diffs = new ArrayList<>();
    image.configuration().at("/rootfs/diff_ids").forEach(diff -> diffs.add(diff.asText()));
    List<String> uncompressed = new ArrayList<>();
    for (String layer : image.layers()) {
      uncompressed.add("sha256:" + sha256(image.uncompressed(layer)));
    }

    assertThat(uncompressed).isEqualTo(diffs);
    assertThat(image.files().keySet()).filteredOn(file -> file.startsWith("blobs/")).hasSize(7);
    image
        .files()
        .forEach((path, content) -> {
          if (path.startsWith("blobs/")) {
            assertThat(path).isEqualTo("blobs/sha256/" + sha256(content));
          }
        });
  }

  @Test
  void its_layers_are_in_the_order_of_how_rarely_they_change() throws IOException {
    List<List<String>> layers = new ArrayList<>();
    for (String layer : image.layers()) {
      layers.add(
          image.entries(layer).stream()
              .filter(TarArchiveEntry::isFile)
              .map(TarArchiveEntry::getName)
              .toList());
    }

    assertThat(layers).hasSize(5);
    assertThat(layers.get(0))
        .contains("etc/passwd")
        .anyMatch(file -> file.endsWith("/libc.so.6"))
        .noneMatch(file -> file.startsWith("opt/"));
    assertThat(layers.get(1)).allMatch(file -> file.startsWith("opt/webhook/runtime/"));
    assertThat(layers.get(2))
        .allMatch(file -> file.matches("opt/webhook/(lib|native)/.*"))
        .noneMatch(file -> file.contains("web-identity-webhook"));
    assertThat(layers.get(3))
        .containsExactlyInAnyOrder(
            "webhook",
            "opt/webhook/LICENSE",
            "opt/webhook/NOTICE",
            "opt/webhook/java.args",
            "opt/webhook/lib/web-identity-webhook.jar");
    assertThat(layers.get(4)).containsExactly("opt/webhook/webhook.aot");
  }

  @Test
  void there_is_nothing_to_run_but_the_webhook() throws IOException {
    assertThat(files())
        .filteredOn(file -> (file.getMode() & 0111) != 0)
        .extracting(TarArchiveEntry::getName)
        .allMatch(file ->
            file.equals("webhook")
                || file.equals("opt/webhook/runtime/bin/java")
                || file.matches("lib(64)?/ld-linux-[^/]*"))
        .hasSize(3);
    assertThat(files())
        .extracting(TarArchiveEntry::getName)
        .noneMatch(
            file -> file.matches("(.*/)?(sh|bash|dash|busybox|apt|apt-get|dpkg|jspawnhelper)"));
  }

  @Test
  void nobody_but_root_can_change_a_file_and_none_gives_rights() throws IOException {
    for (String layer : image.layers()) {
      assertThat(image.entries(layer))
          .allSatisfy(entry -> {
            assertThat(entry.isFile() || entry.isDirectory()).as(entry.getName()).isTrue();
            assertThat(entry.isSymbolicLink() || entry.isLink()).isFalse();
            assertThat(entry.getMode() & 07022).as(entry.getName()).isZero();
            assertThat(entry.getLongUserId()).isZero();
            assertThat(entry.getLongGroupId()).isZero();
            assertThat(entry.getLastModifiedTime().toInstant()).isEqualTo(Instant.ofEpochSecond(1));
          });
    }
  }

  @Test
  void it_trusts_the_authorities_of_the_distribution_and_none_of_the_build_machine()
      throws Exception {
    String trustStore = "opt/webhook/runtime/lib/security/cacerts";
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(new ByteArrayInputStream(content(trustStore)), null);
    Set<Certificate> trusted = new HashSet<>();
    for (String alias : Collections.list(store.aliases())) {
      trusted.add(store.getCertificate(alias));
    }

    assertThat(trusted).hasSizeGreaterThan(100).isEqualTo(packaged());
  }

  @Test
  void its_bill_of_materials_has_every_library() throws IOException {
    JsonNode components = new ObjectMapper().readTree(BILL.toFile()).path("components");
    List<String> named = new ArrayList<>();
    components.forEach(component ->
        named.add(component.path("name").asText() + "-" + component.path("version").asText()));
    List<String> purls = new ArrayList<>();
    components.forEach(component -> purls.add(component.path("purl").asText()));

    assertThat(files())
        .extracting(TarArchiveEntry::getName)
        .filteredOn(file -> file.matches("opt/webhook/lib/.*\\.jar"))
        .filteredOn(file -> !file.endsWith("/web-identity-webhook.jar"))
        .hasSizeGreaterThan(50)
        .allSatisfy(file -> assertThat(named).contains(file.replaceAll(".*/(.*)\\.jar", "$1")));
    assertThat(purls)
        .anyMatch(purl -> purl.startsWith("pkg:generic/openjdk@25"))
        .anyMatch(purl -> purl.matches("pkg:deb/[a-z]+/libc6@.*"))
        .anyMatch(purl -> purl.matches("pkg:deb/[a-z]+/ca-certificates@.*"))
        .anyMatch(purl -> purl.contains("netty-tcnative-boringssl-static"));
    String other = System.getProperty("os.arch").equals("aarch64") ? "x86_64" : "aarch_64";
    assertThat(purls).noneMatch(purl -> purl.contains("linux-" + other));
  }

  @Test
  void the_notice_names_the_licences_of_its_bill_of_materials() throws IOException {
    Map<String, String> licences = new TreeMap<>();
    for (JsonNode component : new ObjectMapper().readTree(BILL.toFile()).path("components")) {
      if (component.path("purl").asText().startsWith("pkg:maven/")) {
        licences.put(
            component.path("group").asText() + ":" + component.path("name").asText(),
            component.path("licenses").findValues("license").stream()
                .map(licence -> licence.path(licence.has("id") ? "id" : "name").asText())
                .collect(Collectors.joining(", ")));
      }
    }

    assertThat(licences).hasSizeGreaterThan(50);
    assertThat(Notice.read().licences()).isEqualTo(licences);
  }

  private static List<TarArchiveEntry> files() throws IOException {
    List<TarArchiveEntry> files = new ArrayList<>();
    for (String layer : image.layers()) {
      image.entries(layer).stream().filter(TarArchiveEntry::isFile).forEach(files::add);
    }
    return files;
  }

  private static byte[] content(String name) throws IOException {
    for (String layer : image.layers()) {
      byte[] content = image.content(layer, name);
      if (content.length > 0) {
        return content;
      }
    }
    throw new IOException("the image has no " + name);
  }

  private static Set<Certificate> packaged() throws Exception {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    Set<Certificate> certificates = new HashSet<>();
    try (Stream<Path> folder = Files.list(Path.of("/usr/share/ca-certificates/mozilla"))) {
      for (Path file : folder.toList()) {
        certificates.add(
            factory.generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file))));
      }
    }
    return certificates;
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
