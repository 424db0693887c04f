package io.webidentity.cli.flag;

/**
 * A positional argument of a command.
 *
 * @param label what the help calls it
 * @param least how many there must be
 * @param most how many there may be
 */
public record Operand(String label, int least, int most) {
  /** One that must be there. */
  public static Operand one(String label) {
    return new Operand(label, 1, 1);
  }

  /** Any number of them. */
  public static Operand any(String label) {
    return new Operand(label, 0, Integer.MAX_VALUE);
  }

  /** The operand in a synopsis, such as {@code [FILE ...]}. */
  String synopsis() {
    String all = most > 1 ? label + " ..." : label;
    return least == 0 ? "[" + all + "]" : all;
  }
}
