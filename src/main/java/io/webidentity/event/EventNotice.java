package io.webidentity.event;

/**
 * What an Event tells. Equal notices are told by one Event, which counts them.
 *
 * @param subject what it is about
 * @param type how serious it is
 * @param reason why, in one word such as {@code RoleArnMalformed}
 * @param note a sentence; at most 1,024 bytes of UTF-8, none of them a control character
 */
public record EventNotice(EventSubject subject, Type type, String reason, String note) {
  /** Kubernetes' types of Events. */
  public enum Type {
    /** As it should be. */
    NORMAL("Normal"),
    /** Somebody should look at it. */
    WARNING("Warning");

    private final String label;

    Type(String label) {
      this.label = label;
    }

    /** The type as Kubernetes writes it. */
    String label() {
      return label;
    }
  }
}
