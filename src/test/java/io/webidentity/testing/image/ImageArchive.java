package io.webidentity.testing.image;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.FilePermissionsProvider;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * A Linux image from scratch for this machine's processor, as a tar file in the format of {@code
 * docker save}: {@code docker load} of every version and {@code ctr images import} take it. The
 * same files give the same bytes. Not thread-safe.
 *
 * <p>Files belong to root and keep the permissions they have here; a symbolic link becomes what it
 * points at.
 */
public final class ImageArchive {
  /** Layers are compressed once and found again: a Java runtime takes seconds. */
  private static final Path CACHE = Path.of("target", "image-cache");

  private final String name;
  private final JibContainerBuilder image = Jib.fromScratch();

  private ImageArchive(String name) {
    this.name = name;
    image.setFormat(ImageFormat.Docker);
    image.setPlatforms(Set.of(new Platform(architecture(), "linux")));
  }

  /** An image without files; its name is such as {@code storage-app:test}. */
  public static ImageArchive named(String name) {
    return new ImageArchive(name);
  }

  /**
   * Adds a layer of files, or of folders with all that they contain.
   *
   * @param files what is in the layer: absolute path in the image to the file or folder here
   */
  public ImageArchive layer(Map<String, Path> files) {
    return layer(files, (source, target) -> permissions(source));
  }

  /** As {@link #layer(Map)}; every file can be executed by everybody, whatever it is here. */
  public ImageArchive executables(Map<String, Path> files) {
    return layer(files, (source, target) -> FilePermissions.fromOctalString("755"));
  }

  private ImageArchive layer(Map<String, Path> files, FilePermissionsProvider permissions) {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder();
    // Sorted: a layer's digest depends on the order.
    files.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(file -> add(layer, file.getValue(), file.getKey(), permissions));
    image.addFileEntriesLayer(layer.build());
    return this;
  }

  private static void add(
      FileEntriesLayer.Builder layer,
      Path source,
      String target,
      FilePermissionsProvider permissions) {
    try {
      layer.addEntryRecursive(source, AbsoluteUnixPath.get(target), permissions);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a container runs, unless the pod says otherwise. */
  public ImageArchive entrypoint(String... command) {
    image.setEntrypoint(Arrays.asList(command));
    return this;
  }

  /** Sets an environment variable. */
  public ImageArchive environment(String variable, String value) {
    image.addEnvironmentVariable(variable, value);
    return this;
  }

  /** Who runs it, such as {@code 65532:65532}; root unless set. */
  public ImageArchive user(String user) {
    image.setUser(user);
    return this;
  }

  /**
   * Writes the archive, over a file that is there.
   *
   * @return the file
   */
  public Path writeTo(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      image.containerize(
          Containerizer.to(TarImage.at(file).named(name))
              .setApplicationLayersCache(CACHE)
              .setBaseImageLayersCache(CACHE.resolve("base"))
              .setOfflineMode(true)
              .setAlwaysCacheBaseImage(false)
              .setToolName("web-identity-webhook-tests"));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while writing " + file, e);
    } catch (ExecutionException
        | RegistryException
        | CacheDirectoryCreationException
        | InvalidImageReferenceException e) {
      throw new IllegalStateException("cannot write image " + name + " to " + file, e);
    }
  }

  private static FilePermissions permissions(Path file) {
    try {
      return FilePermissions.fromPosixFilePermissions(Files.getPosixFilePermissions(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
  }
}
