package io.webidentity.hostile;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The distribution with the image's options of the JVM, in the memory of the chart's limit: what a
 * pod runs, but for the cache of its classes.
 */
final class LimitedProgram {
  /** The chart's limit, which the JVM sizes its heap by. */
  private static final String CONTAINER_LIMIT = "-XX:MaxRAM=256m";

  private static final Path OPTIONS = Path.of("src", "main", "image", "java.options");

  /** Options about files that only the image has. */
  private static final String OF_THE_IMAGE = "/opt/webhook";

  private LimitedProgram() {}

  /** The command up to the webhook's flags, with options of the JVM before the image's. */
  static List<String> command(Path distribution, List<String> options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(distribution.resolve("runtime/bin/java").toString());
    command.add(CONTAINER_LIMIT);
    command.addAll(options);
    Files.readAllLines(OPTIONS).stream()
        .filter(option -> !option.contains(OF_THE_IMAGE))
        .forEach(command::add);
    command.add("-cp");
    command.add(distribution.resolve("lib") + File.separator + "*");
    command.add("io.webidentity.Main");
    return command;
  }
}
