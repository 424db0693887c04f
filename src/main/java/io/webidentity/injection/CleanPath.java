package io.webidentity.injection;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Paths with {@code /} in their shortest form, by the rules of Go's <a
 * href="https://pkg.go.dev/path#Clean">path.Clean</a>, as kubelet and the reference clean them: no
 * empty element, no {@code .}, no {@code ..} that could be resolved, no slash at the end.
 */
final class CleanPath {
  private CleanPath() {}

  /** The path's shortest form; {@code .} for an empty one. */
  static String of(String path) {
    return isClean(path) ? path : cleaned(path);
  }

  /** Whether nothing can be shortened: from the root, each element has something beside dots. */
  private static boolean isClean(String path) {
    if (!path.startsWith("/")) {
      return false;
    }
    boolean onlyDots = true;
    for (int i = 1; i < path.length(); i++) {
      char character = path.charAt(i);
      if (character == '/' && onlyDots) {
        return false;
      }
      onlyDots = character == '/' || (onlyDots && character == '.');
    }
    return !onlyDots;
  }

  private static String cleaned(String path) {
    boolean rooted = path.startsWith("/");
    Deque<String> elements = new ArrayDeque<>();
    for (String element : path.split("/", -1)) {
      switch (element) {
        case "", "." -> {}
        case ".." -> {
          if (!elements.isEmpty() && !elements.getLast().equals("..")) {
            elements.removeLast();
          } else if (!rooted) {
            elements.addLast(element);
          }
        }
        default -> elements.addLast(element);
      }
    }
    String joined = String.join("/", elements);
    if (rooted) {
      return "/" + joined;
    }
    return joined.isEmpty() ? "." : joined;
  }

  /**
   * A file, whose name is not empty, in a folder: cleaned, by the rules of Go's {@code path.Join}.
   */
  static String join(String folder, String file) {
    return of(folder.isEmpty() ? file : folder + "/" + file);
  }
}
