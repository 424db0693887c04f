package io.webidentity.injection;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads volumes: of each its name, and whether it could be the token's. */
final class VolumeReader {
  private static final int VOLUME_BYTES = 64;

  /** A member of a source of a volume. */
  private static final int MEMBER_BYTES = 128;

  private VolumeReader() {}

  static List<Pod.Volume> readAll(PodJson json) throws IOException, MalformedPodException {
    if (!json.array()) {
      return List.of();
    }
    List<Pod.Volume> volumes = new ArrayList<>();
    while (json.nextElement()) {
      json.take(VOLUME_BYTES);
      volumes.add(read(json));
    }
    return volumes;
  }

  private static Pod.Volume read(PodJson json) throws IOException, MalformedPodException {
    String volumeName = "";
    String tokenPath = null;
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        switch (name) {
          case "name" -> volumeName = json.text();
          case "projected" -> tokenPath = projectedTokenPath(json);
          default -> json.skip();
        }
      }
    }
    return new Pod.Volume(volumeName, tokenPath);
  }

  private static @Nullable String projectedTokenPath(PodJson json)
      throws IOException, MalformedPodException {
    String tokenPath = null;
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals("sources")) {
          tokenPath = onlyTokenPath(json);
        } else {
          json.skip();
        }
      }
    }
    return tokenPath;
  }

  /** The path of the token if it is the only source; else null. */
  private static @Nullable String onlyTokenPath(PodJson json)
      throws IOException, MalformedPodException {
    String tokenPath = null;
    if (json.array()) {
      boolean first = true;
      while (json.nextElement()) {
        String path = sourceTokenPath(json);
        tokenPath = first ? path : null;
        first = false;
      }
    }
    return tokenPath;
  }

  /** The path of the token if a source has a token and nothing else; else null. */
  private static @Nullable String sourceTokenPath(PodJson json)
      throws IOException, MalformedPodException {
    String tokenPath = null;
    // By name, as of members with the same name the last one counts. Tokens come without others.
    Set<String> others = Set.of();
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals("serviceAccountToken")) {
          tokenPath = tokenPath(json);
        } else if (json.absent()) {
          others = without(others, name);
        } else {
          json.take(MEMBER_BYTES + name.length());
          others = with(others, name);
          json.skip();
        }
      }
    }
    return others.isEmpty() ? tokenPath : null;
  }

  /** A set of its own for the first name: most sources are tokens, and have no others. */
  private static Set<String> with(Set<String> names, String name) {
    Set<String> more = names.isEmpty() ? new HashSet<>() : names;
    more.add(name);
    return more;
  }

  private static Set<String> without(Set<String> names, String name) {
    if (!names.isEmpty()) {
      names.remove(name);
    }
    return names.isEmpty() ? Set.of() : names;
  }

  private static @Nullable String tokenPath(PodJson json)
      throws IOException, MalformedPodException {
    if (!json.object()) {
      return null;
    }
    String path = "";
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals("path")) {
        path = json.text();
      } else {
        json.skip();
      }
    }
    return path;
  }
}
