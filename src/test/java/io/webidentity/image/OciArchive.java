package io.webidentity.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** An image in a tar file as the OCI image layout has it, read as an engine reads it. */
final class OciArchive {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int EXECUTABLE = 0111;

  private final Map<String, byte[]> files;

  private OciArchive(Map<String, byte[]> files) {
    this.files = files;
  }

  /** Reads all of it into memory. */
  static OciArchive read(Path tar) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (TarArchiveInputStream in = new TarArchiveInputStream(Files.newInputStream(tar))) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (entry.isFile()) {
          files.put(entry.getName(), in.readAllBytes());
        }
      }
    }
    return new OciArchive(files);
  }

  /** The files of the archive by their path. */
  Map<String, byte[]> files() {
    return files;
  }

  JsonNode json(String path) {
    byte[] file = files.get(path);
    if (file == null) {
      throw new IllegalArgumentException("the archive has no " + path);
    }
    try {
      return JSON.readTree(new String(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(path + " is not JSON", e);
    }
  }

  JsonNode manifest() {
    return blob(json("index.json").at("/manifests/0/digest").asText());
  }

  JsonNode configuration() {
    return blob(manifest().at("/config/digest").asText());
  }

  private JsonNode blob(String digest) {
    return json(path(digest));
  }

  /** Where a blob lies in the archive. */
  static String path(String digest) {
    return "blobs/" + digest.replace(':', '/');
  }

  /** The layers' digests, the lowest first. */
  List<String> layers() {
    List<String> digests = new ArrayList<>();
    manifest().path("layers").forEach(layer -> digests.add(layer.path("digest").asText()));
    return digests;
  }

  /** A layer's tar file, no longer compressed. */
  byte[] uncompressed(String layer) throws IOException {
    byte[] compressed = files.get(path(layer));
    if (compressed == null) {
      throw new IOException("the archive lacks layer " + layer);
    }
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      return in.readAllBytes();
    }
  }

  /** All that is in a layer, folders included. */
  List<TarArchiveEntry> entries(String layer) throws IOException {
    List<TarArchiveEntry> entries = new ArrayList<>();
    try (TarArchiveInputStream in =
        new TarArchiveInputStream(new ByteArrayInputStream(uncompressed(layer)))) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.add(entry);
      }
    }
    return entries;
  }

  /** A file of a layer; empty if the layer does not have it. */
  byte[] content(String layer, String name) throws IOException {
    try (TarArchiveInputStream in =
        new TarArchiveInputStream(new ByteArrayInputStream(uncompressed(layer)))) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (entry.getName().equals(name)) {
          return in.readAllBytes();
        }
      }
      return new byte[0];
    }
  }

  /** Unpacks all layers, with times and the right to execute, as an engine does. */
  void unpackInto(Path root) throws IOException {
    for (String layer : layers()) {
      try (TarArchiveInputStream in =
          new TarArchiveInputStream(new ByteArrayInputStream(uncompressed(layer)))) {
        for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
          unpack(entry, in, root.resolve(entry.getName()));
        }
      }
    }
  }

  private static void unpack(TarArchiveEntry entry, InputStream content, Path target)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      Files.setPosixFilePermissions(target, permissions(true));
      return;
    }
    Files.copy(content, target);
    Files.setPosixFilePermissions(target, permissions((entry.getMode() & EXECUTABLE) != 0));
    Files.setLastModifiedTime(target, entry.getLastModifiedTime());
  }

  private static Set<PosixFilePermission> permissions(boolean executable) {
    return PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--");
  }
}
