package io.webidentity.injection;

import io.webidentity.jsonpatch.JsonValue;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The volume of a pod that has the token.
 *
 * <table>
 * <caption>Which one</caption>
 * <tr><th>the pod's volumes</th><th>the token's volume</th></tr>
 * <tr><td>some are ours</td><td>the first of them</td></tr>
 * <tr><td>none is ours, none has our name</td><td>a new one with our name</td></tr>
 * <tr><td>none is ours, one has our name</td><td>a new one with our name and the first of {@code
 * -2}, {@code -3}, … that makes it free</td></tr>
 * </table>
 *
 * A volume is ours if it is a projected one whose only source is a serviceAccountToken with our
 * path, and has our name or our name with such a suffix. Audience and expiration are not compared.
 *
 * @param name its name
 * @param ours names of all volumes that are ours, this one included
 * @param isNew whether the pod does not have it yet
 */
record TokenVolume(String name, Set<String> ours, boolean isNew) {

  /** The one for this pod. */
  static TokenVolume of(CredentialMethod method, List<Pod.Volume> volumes) {
    // Only names that could be ours: a set of all of them would be garbage of every pod.
    Set<String> ours = new LinkedHashSet<>(0);
    Set<String> taken = new HashSet<>(0);
    for (Pod.Volume volume : volumes) {
      if (isOurName(method.volumeName(), volume.name())) {
        taken.add(volume.name());
        if (method.tokenPath().equals(volume.tokenPath())) {
          ours.add(volume.name());
        }
      }
    }
    if (!ours.isEmpty()) {
      return new TokenVolume(ours.iterator().next(), ours, false);
    }
    String free = freeName(method.volumeName(), taken);
    // Mounts of that name in the pod are mounts of this volume from now on.
    return new TokenVolume(free, Set.of(free), true);
  }

  /** That volume of ours which has this name. */
  TokenVolume named(String other) {
    return new TokenVolume(other, ours, isNew);
  }

  /** The volume as it is added to the pod. */
  static JsonValue json(String name, CredentialMethod method, TokenRequest token) {
    return JsonValue.object(
        JsonValue.member("name", JsonValue.of(name)),
        JsonValue.member(
            "projected",
            JsonValue.object(
                JsonValue.member(
                    "sources",
                    JsonValue.array(
                        JsonValue.object(
                            JsonValue.member("serviceAccountToken", source(method, token))))))));
  }

  private static JsonValue source(CredentialMethod method, TokenRequest token) {
    return JsonValue.object(
        JsonValue.member("audience", JsonValue.of(token.audience())),
        JsonValue.member("expirationSeconds", JsonValue.of(token.expirationSeconds())),
        JsonValue.member("path", JsonValue.of(method.tokenPath())));
  }

  private static boolean isOurName(String ours, String name) {
    return name.equals(ours) || (name.startsWith(ours) && isSuffix(name.substring(ours.length())));
  }

  /** Whether this is nothing, or a hyphen and an integer from 2 as {@link #freeName} writes it. */
  private static boolean isSuffix(String suffix) {
    if (suffix.isEmpty()) {
      return true;
    }
    if (suffix.length() < 2 || suffix.charAt(0) != '-' || suffix.charAt(1) == '0') {
      return false;
    }
    for (int i = 1; i < suffix.length(); i++) {
      if (suffix.charAt(i) < '0' || suffix.charAt(i) > '9') {
        return false;
      }
    }
    return !suffix.equals("-1");
  }

  private static String freeName(String name, Set<String> taken) {
    String free = name;
    for (int number = 2; taken.contains(free); number++) {
      free = name + '-' + number;
    }
    return free;
  }
}
