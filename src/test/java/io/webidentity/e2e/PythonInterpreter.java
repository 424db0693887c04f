package io.webidentity.e2e;

import io.webidentity.testing.cluster.ClusterUnavailableException;
import io.webidentity.testing.image.SystemLibraries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * This machine's Python 3, to put into an image at the paths that it has here.
 *
 * @param executable the program, links resolved
 * @param library the folder of its standard library
 */
record PythonInterpreter(Path executable, Path library) {
  /** What applications do not need of the standard library. */
  private static final List<String> LEFT_OUT =
      List.of("__pycache__", "dist-packages", "ensurepip", "idlelib", "site-packages", "test");

  /**
   * Finds {@code python3} on the path.
   *
   * @throws ClusterUnavailableException if there is none
   */
  static PythonInterpreter find() {
    List<String> paths =
        run(List.of(
                "python3",
                "-c",
                "import os, sys, sysconfig;"
                    + " print(os.path.realpath(sys.executable));"
                    + " print(os.path.realpath(sysconfig.get_path('stdlib')))"))
            .lines()
            .toList();
    return new PythonInterpreter(Path.of(paths.get(0)), Path.of(paths.get(1)));
  }

  /**
   * Installs packages into a folder, unless they are there.
   *
   * @param requirements pip's requirements file, with hashes
   * @param folder made when it is complete
   */
  void install(Path requirements, Path folder) {
    if (Files.exists(folder)) {
      return;
    }
    try {
      Files.createDirectories(folder.toAbsolutePath().getParent());
      Path scratch =
          folder.resolveSibling(folder.getFileName() + "." + ProcessHandle.current().pid());
      run(
          List.of(
              executable.toString(),
              "-m",
              "pip",
              "--quiet",
              "--disable-pip-version-check",
              "install",
              "--no-compile",
              "--no-deps",
              "--only-binary=:all:",
              "--root-user-action=ignore",
              "--require-hashes",
              "--target=" + scratch,
              "--requirement=" + requirements));
      Files.move(scratch, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The standard library: path in an image to the file here. */
  Map<String, Path> standardLibrary() {
    try (Stream<Path> files = Files.walk(library)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> wanted(library.relativize(file)))
          .collect(Collectors.toMap(Path::toString, file -> file, (a, b) -> a, TreeMap::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean wanted(Path file) {
    for (Path part : file) {
      if (LEFT_OUT.contains(part.toString())) {
        return false;
      }
    }
    return true;
  }

  /** The program and the shared libraries of the system that it needs. */
  Map<String, Path> program() {
    List<Path> linked = new ArrayList<>(List.of(executable));
    standardLibrary().values().stream()
        .filter(file -> file.toString().endsWith(".so"))
        .forEach(linked::add);
    Map<String, Path> files = new TreeMap<>(SystemLibraries.of(library, linked));
    files.put(executable.toString(), executable);
    return files;
  }

  private static String run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.onExit().join().exitValue() != 0) {
        throw new ClusterUnavailableException(
            "The Python application needs python3 with pip and the package index that pip is set"
                + " up for (Debian: python3, python3-pip); "
                + command.getFirst()
                + " said: "
                + output);
      }
      return output;
    } catch (IOException e) {
      throw new ClusterUnavailableException(
          "No python3 found, with which the Python application is made; install Debian's python3"
              + " and python3-pip",
          e);
    }
  }
}
