package io.webidentity.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The webhook that this one is compared with, while it injects nothing.
 *
 * @param other where the other webhook answers reviews; https
 * @param authority PEM file of the authorities that its certificate may be of; absent where those
 *     of the Java runtime count
 */
public record ShadowSettings(URI other, Optional<Path> authority) {}
