package io.webidentity.observability;

import java.net.InetAddress;

/** Who may use the debugging handlers. */
public enum DebuggingCallers {
  /** Whoever asks from the machine or pod that the server runs in. */
  LOOPBACK,
  /** Whoever reaches the port. */
  ANYBODY;

  boolean includes(InetAddress caller) {
    return switch (this) {
      case LOOPBACK -> caller.isLoopbackAddress();
      case ANYBODY -> true;
    };
  }
}
