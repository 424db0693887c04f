package io.webidentity;

import java.util.Arrays;

/**
 * Main class of the image's {@code /webhook}, a file whose first line names the Java runtime as its
 * interpreter. The kernel gives an interpreter the script's own path before the arguments (execve,
 * "Interpreter scripts"); this leaves it out.
 */
public final class ScriptMain {
  private ScriptMain() {}

  /**
   * Entry point.
   *
   * @param args the script's path, then what the user gave
   */
  public static void main(String[] args) {
    if (args.length == 0) {
      throw new IllegalStateException("started without the path of the script");
    }
    Main.main(Arrays.copyOfRange(args, 1, args.length));
  }
}
