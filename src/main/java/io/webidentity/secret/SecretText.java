package io.webidentity.secret;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A text that no log, message or record may show: a token, a private key. It leaves by {@link
 * #exposeSecret} alone, whose callers {@code ArchitectureTest} lists.
 */
public final class SecretText {
  /** What a log shows instead of the text, whatever the text is. */
  private static final String SHOWN = "SecretText[not shown]";

  private final String text;

  private SecretText(String text) {
    this.text = text;
  }

  /** Hides this text. */
  public static SecretText of(String text) {
    return new SecretText(text);
  }

  /**
   * The text of a file.
   *
   * @throws IOException if the file cannot be read, or is not in this charset; it names the file,
   *     and never quotes it
   */
  public static SecretText read(Path file, Charset charset) throws IOException {
    return new SecretText(Files.readString(file, charset));
  }

  /** The text without the white space around it. */
  public SecretText strip() {
    return new SecretText(text.strip());
  }

  /** The text itself, for the one protocol or parser that needs it. */
  public String exposeSecret() {
    return text;
  }

  /** Whether the texts are the same, in a time that does not tell how much of them is. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretText that
        && MessageDigest.isEqual(
            text.getBytes(StandardCharsets.UTF_8), that.text.getBytes(StandardCharsets.UTF_8));
  }

  /** The same for all: a hash would tell something of the text. */
  @Override
  public int hashCode() {
    return SecretText.class.hashCode();
  }

  @Override
  public String toString() {
    return SHOWN;
  }
}
