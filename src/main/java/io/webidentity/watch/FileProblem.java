package io.webidentity.watch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Says why a file could not be read or written, in the words of the operating system. */
public final class FileProblem {
  private FileProblem() {}

  /**
   * A few words, such as "permission denied", without the name of the file. What the JDK has to say
   * is a path, or the name of a class.
   */
  public static String of(Throwable failure) {
    Throwable cause =
        failure instanceof UncheckedIOException unchecked && unchecked.getCause() != null
            ? unchecked.getCause()
            : failure;
    return switch (cause) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "no such file or folder";
      case NotDirectoryException _ -> "not a folder";
      case FileSystemLoopException _ -> "links lead in a circle";
      case FileSystemException failed when failed.getReason() != null -> failed.getReason();
      case IOException failed when failed.getMessage() != null -> failed.getMessage();
      default -> "input/output error";
    };
  }
}
