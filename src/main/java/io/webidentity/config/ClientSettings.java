package io.webidentity.config;

import java.nio.file.Path;
import java.util.Set;

/**
 * Whose client certificates may ask.
 *
 * @param authority PEM file of the authorities that sign them
 * @param names common names of the certificates that count; empty where all of the authorities do
 */
public record ClientSettings(Path authority, Set<String> names) {
  public ClientSettings {
    names = Set.copyOf(names);
  }
}
