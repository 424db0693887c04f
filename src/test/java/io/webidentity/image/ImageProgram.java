package io.webidentity.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code /webhook} of an unpacked image, started from its folder without changing the root: the
 * same runtime, files and options. Paths are relative, as the JVM takes the AOT cache where the
 * same files lie in another folder, and as the cache must not tell in which folder of the build
 * machine they lay.
 */
public final class ImageProgram {
  private final Path root;
  private final Path arguments;

  /**
   * Writes the image's arguments, made relative.
   *
   * @param root the image's file system
   * @param arguments the file to write them to
   * @param without a regular expression of those to leave out
   */
  public ImageProgram(Path root, Path arguments, String without) throws IOException {
    this.root = root.toAbsolutePath();
    this.arguments = arguments.toAbsolutePath();
    String image = Files.readString(root.resolve("opt/webhook/java.args"));
    Files.writeString(
        arguments,
        image.replaceAll("(?m)^" + without + "\n", "").replace("/opt/webhook/", "opt/webhook/"));
  }

  /** The folder to start it in. */
  public Path directory() {
    return root;
  }

  /**
   * The command up to the flags of {@code /webhook}, with options of the JVM before the image's.
   */
  public List<String> command(String... options) {
    List<String> command = new ArrayList<>();
    command.add(root.resolve("opt/webhook/runtime/bin/java").toString());
    command.addAll(List.of(options));
    command.add("@" + arguments);
    command.add("/webhook");
    return command;
  }
}
