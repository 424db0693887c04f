package io.webidentity.cli.cluster;

import io.webidentity.watch.UnusableContentException;
import java.util.ArrayList;
import java.util.List;

/** What was checked so far. */
final class Checks {
  private final List<Check> found = new ArrayList<>();
  private String group = "";

  /** A look at something that may be unreadable. */
  @FunctionalInterface
  interface Look {
    /** Looks, and notes what it finds. */
    void look() throws UnusableContentException;
  }

  /** A look that finds something. */
  @FunctionalInterface
  interface Reading<T> {
    /** Looks, and notes what it finds. */
    T read() throws UnusableContentException;
  }

  /** The checks that follow are about this. */
  void begin(String about) {
    group = about;
  }

  void passed(String name, String detail) {
    add(name, Check.Status.PASSED, detail, "");
  }

  void warning(String name, String detail, String remedy) {
    add(name, Check.Status.WARNING, detail, remedy);
  }

  void failed(String name, String detail, String remedy) {
    add(name, Check.Status.FAILED, detail, remedy);
  }

  void skipped(String name, String detail) {
    add(name, Check.Status.SKIPPED, detail, "");
  }

  /** Looks; what cannot be read is skipped, and says why. */
  void look(String name, Look look) {
    look(
        name,
        true,
        () -> {
          look.look();
          return true;
        });
  }

  /** Reads; what cannot be read is skipped, and says why. */
  <T> T look(String name, T otherwise, Reading<T> reading) {
    try {
      return reading.read();
    } catch (UnusableContentException unreadable) {
      skipped(name, String.valueOf(unreadable.getMessage()));
      return otherwise;
    }
  }

  /** All of them. */
  List<Check> all() {
    return List.copyOf(found);
  }

  private void add(String name, Check.Status status, String detail, String remedy) {
    found.add(new Check(group, name, status, detail, remedy));
  }
}
