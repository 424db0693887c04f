package io.webidentity.cli.flag;

/** Reads the text a flag was given. */
@FunctionalInterface
public interface ValueParser<T> {
  /**
   * The value of the text.
   *
   * @throws BadValueException if the text is not one
   */
  T parse(String text) throws BadValueException;
}
