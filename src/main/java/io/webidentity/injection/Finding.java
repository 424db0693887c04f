package io.webidentity.injection;

/**
 * A reason with the values it was found with.
 *
 * @param reason what was found
 * @param message one sentence that names the annotation or container and the value, and says what
 *     to do
 */
public record Finding(Reason reason, String message) {}
