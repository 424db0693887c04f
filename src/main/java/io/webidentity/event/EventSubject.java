package io.webidentity.event;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The object that an Event is about.
 *
 * @param apiVersion such as {@code apps/v1}
 * @param kind such as {@code ReplicaSet}
 * @param namespace its namespace, which is the Event's too
 * @param name its name
 * @param uid its UID; empty for a ServiceAccount, whose UID is read when an Event is written
 */
public record EventSubject(
    String apiVersion, String kind, String namespace, String name, Optional<String> uid) {
  /** Names of objects are segments of a path; a few kinds have colons in them. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,252}");

  private static final Pattern TEXT = Pattern.compile("[!-~]{1,253}");

  /** A ServiceAccount. */
  public static EventSubject serviceAccount(String namespace, String name) {
    return new EventSubject("v1", "ServiceAccount", namespace, name, Optional.empty());
  }

  /**
   * Whether such an object can exist: what is said of a pod's owner may be made up, or all of it
   * where others than API servers ask, and must neither fill memory, nor lead a request elsewhere,
   * nor reach a terminal as control characters.
   */
  public boolean possible() {
    return TEXT.matcher(apiVersion).matches()
        && TEXT.matcher(kind).matches()
        && NAME.matcher(namespace).matches()
        && NAME.matcher(name).matches()
        && uid.map(TEXT::matcher).map(matcher -> matcher.matches()).orElse(true);
  }
}
