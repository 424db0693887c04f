package io.webidentity.hostile;

import io.webidentity.image.ImageProgram;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The webhook with the image's options of the JVM, in the memory of the chart's limit.
 *
 * @param directory where it is started
 * @param before the command up to the options of the JVM
 * @param after the command after them, up to the webhook's flags
 */
record LimitedProgram(Path directory, List<String> before, List<String> after) {
  /** The chart's limit, which the JVM sizes its heap by. */
  private static final String CONTAINER_LIMIT = "-XX:MaxRAM=256m";

  private static final Path OPTIONS = Path.of("src", "main", "image", "java.options");

  /** Options about files that only the image has. */
  private static final String OF_THE_IMAGE = "/opt/webhook";

  /** The image's program, as a pod runs it. */
  static LimitedProgram ofImage(Path root) throws IOException {
    Path arguments = Files.createTempFile("webhook-", ".args");
    ImageProgram program = new ImageProgram(root, arguments, "-");
    List<String> command = program.command();
    return new LimitedProgram(
        program.directory(), command.subList(0, 1), command.subList(1, command.size()));
  }

  /** The distribution: the same but for the cache of classes. */
  static LimitedProgram ofDistribution(Path distribution) throws IOException {
    List<String> after = new ArrayList<>();
    Files.readAllLines(OPTIONS).stream()
        .filter(option -> !option.contains(OF_THE_IMAGE))
        .forEach(after::add);
    after.add("-cp");
    after.add(distribution.resolve("lib") + File.separator + "*");
    after.add("io.webidentity.Main");
    return new LimitedProgram(
        Path.of("").toAbsolutePath(),
        List.of(distribution.resolve("runtime/bin/java").toString()),
        after);
  }

  /** The command up to the webhook's flags, with another option of the JVM. */
  List<String> command(String option) {
    List<String> command = new ArrayList<>(before);
    command.add(CONTAINER_LIMIT);
    command.add(option);
    command.addAll(after);
    return command;
  }
}
