package io.webidentity.testing.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageArchiveTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void the_archive_names_the_image_and_what_it_runs() throws IOException {
    Map<String, byte[]> archive = read(Files.newInputStream(write(folder.resolve("a.tar"))));

    JsonNode manifest = JSON.readTree(archive.get("manifest.json")).path(0);
    JsonNode image = JSON.readTree(archive.get(manifest.path("Config").asText()));

    assertThat(manifest.path("RepoTags").path(0).asText()).isEqualTo("greeter:test");
    assertThat(image.path("os").asText()).isEqualTo("linux");
    assertThat(image.at("/config/Entrypoint/0").asText()).isEqualTo("/bin/greet");
    assertThat(image.at("/config/Env/0").asText()).isEqualTo("WHOM=world");
    assertThat(image.at("/config/User").asText()).isEqualTo("65532");
  }

  @Test
  void files_keep_their_permissions_and_belong_to_root() throws IOException {
    Map<String, byte[]> archive = read(Files.newInputStream(write(folder.resolve("a.tar"))));
    List<String> files = new ArrayList<>();
    for (JsonNode layer : JSON.readTree(archive.get("manifest.json")).path(0).path("Layers")) {
      files.addAll(listing(archive.getOrDefault(layer.asText(), new byte[0])));
    }

    assertThat(files)
        .containsExactlyInAnyOrder(
            "755 0 bin/greet", "640 0 etc/greeter/settings", "640 0 etc/greeter/alias");
  }

  @Test
  void the_same_files_give_the_same_bytes() throws IOException {
    assertThat(write(folder.resolve("a.tar")))
        .hasSameBinaryContentAs(write(folder.resolve("b.tar")));
  }

  private Path write(Path file) throws IOException {
    Path program = Files.writeString(folder.resolve("greet"), "#!/bin/sh\necho hello\n");
    Path settings = Files.createDirectories(folder.resolve("settings.d"));
    Files.setPosixFilePermissions(
        Files.writeString(settings.resolve("settings"), "polite=true\n"),
        PosixFilePermissions.fromString("rw-r-----"));
    Files.deleteIfExists(settings.resolve("alias"));
    Files.createSymbolicLink(settings.resolve("alias"), Path.of("settings"));
    return ImageArchive.named("greeter:test")
        .layer(Map.of("/etc/greeter", settings))
        .executables(Map.of("/bin/greet", program))
        .entrypoint("/bin/greet")
        .environment("WHOM", "world")
        .user("65532")
        .writeTo(file);
  }

  /** Mode, owner and name of each file; a symbolic link has no line. */
  private static List<String> listing(byte[] layer) throws IOException {
    List<String> lines = new ArrayList<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(layer)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.isFile() && !entry.isSymbolicLink()) {
          lines.add(
              "%o %d %s".formatted(entry.getMode() & 0777, entry.getLongUserId(), entry.getName()));
        }
      }
    }
    return lines;
  }

  private static Map<String, byte[]> read(InputStream archive) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    try (TarArchiveInputStream tar = new TarArchiveInputStream(archive)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        files.put(entry.getName(), tar.readAllBytes());
      }
    }
    return files;
  }
}
