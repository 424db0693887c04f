package io.webidentity.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which build this is.
 *
 * @param version the version, such as {@code 0.1.0}
 * @param commit the commit it was built from, abbreviated; {@code unknown} outside a repository
 */
public record Version(String version, String commit) {
  private static final String RESOURCE = "version.properties";

  /**
   * The version that the build wrote into its resources.
   *
   * @throws IllegalStateException if it is not there: the build is broken
   */
  public static Version ofThisBuild() {
    Properties properties = new Properties();
    try (InputStream resource = Version.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException("the build lacks " + RESOURCE);
      }
      properties.load(resource);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return new Version(
        properties.getProperty("version", "unknown"), properties.getProperty("commit", "unknown"));
  }

  /** The line that {@code --version} prints. */
  public String line() {
    return "webhook " + version + " (" + commit + ")";
  }
}
