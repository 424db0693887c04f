package io.webidentity.cli.inject;

import io.webidentity.cli.flag.UsageException;
import io.webidentity.watch.FileProblem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are written first, and then read as often as needed. Many of them lie in a temporary
 * file, which only this user can read. It has no name, so that it is gone with the process.
 */
final class Spool {
  /** Manifests of most applications are smaller: for them, no file is needed. */
  private static final int MOST_IN_MEMORY = 1 << 20;

  private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
  private @Nullable FileChannel file;

  boolean isEmpty() {
    return file == null && memory.size() == 0;
  }

  /**
   * Writes a text as UTF-8.
   *
   * @throws UsageException if there is no room for it
   */
  void write(String text) throws UsageException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    write(bytes, bytes.length);
  }

  /**
   * Writes the first bytes of these.
   *
   * @throws UsageException if there is no room for them
   */
  void write(byte[] bytes, int length) throws UsageException {
    try {
      if (file == null && memory.size() + length > MOST_IN_MEMORY) {
        file = temporary();
        append(file, memory.toByteArray(), memory.size());
        memory.reset();
      }
      if (file == null) {
        memory.write(bytes, 0, length);
      } else {
        append(file, bytes, length);
      }
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** What was written, from its beginning. One such stream at a time can be read. */
  InputStream open() throws IOException {
    if (file == null) {
      return new ByteArrayInputStream(memory.toByteArray());
    }
    return new FilterInputStream(Channels.newInputStream(file.position(0))) {
      @Override
      public void close() {
        // The file has no name: it could not be opened again.
      }
    };
  }

  /**
   * Writes all of it to a stream.
   *
   * @throws UsageException if it cannot be read again
   */
  void writeTo(OutputStream out) throws UsageException {
    try (InputStream in = open()) {
      in.transferTo(out);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private static FileChannel temporary() throws IOException {
    Path path = Files.createTempFile("webhook-", "");
    return FileChannel.open(
        path,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE);
  }

  private static void append(FileChannel file, byte[] bytes, int length) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes, 0, length);
    while (rest.hasRemaining()) {
      file.write(rest);
    }
  }

  private static UsageException unusable(IOException cause) {
    return new UsageException(
        "a temporary file for large manifests cannot be written (%s); make room in %s, or name another folder with JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=FOLDER"
            .formatted(FileProblem.of(cause), System.getProperty("java.io.tmpdir")));
  }
}
