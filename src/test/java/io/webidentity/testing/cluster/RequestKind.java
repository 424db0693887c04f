package io.webidentity.testing.cluster;

import java.net.URI;
import java.util.regex.Pattern;

/** What a client asks an API server for, as far as tests tell requests apart. */
public enum RequestKind {
  /** One object by its name. */
  GET,
  /** A collection, or a page of it. */
  LIST,
  /** A collection's changes. */
  WATCH,
  /** Everything else: writes, health, version. */
  OTHER;

  private static final Pattern COLLECTION =
      Pattern.compile("/(api/v1|apis/[^/]+/[^/]+)/(namespaces/[^/]+/)?[^/]+");
  private static final Pattern OBJECT =
      Pattern.compile("/(api/v1|apis/[^/]+/[^/]+)/(namespaces/[^/]+/)?[^/]+/[^/]+");
  private static final Pattern WATCH_PARAMETER = Pattern.compile("(.*&)?watch=(true|1)(&.*)?");

  static RequestKind of(String method, URI target) {
    if (!method.equals("GET")) {
      return OTHER;
    }
    String query = target.getQuery();
    if (query != null && WATCH_PARAMETER.matcher(query).matches()) {
      return WATCH;
    }
    String path = target.getPath();
    // A namespace itself matches both: `namespaces/x` is an object.
    if (OBJECT.matcher(path).matches() && !namespacedCollection(path)) {
      return GET;
    }
    return COLLECTION.matcher(path).matches() ? LIST : OTHER;
  }

  private static boolean namespacedCollection(String path) {
    return path.matches("/(api/v1|apis/[^/]+/[^/]+)/namespaces/[^/]+/[^/]+");
  }
}
