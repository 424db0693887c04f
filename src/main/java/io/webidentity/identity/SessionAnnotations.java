package io.webidentity.identity;

import io.webidentity.injection.AnnotationKeys;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The annotations of a ServiceAccount that say how SDKs open sessions, as written there.
 *
 * @param roleSessionName {@code <prefix>/role-session-name}; null where the account does not have
 *     it
 * @param stsEndpointUrl {@code <prefix>/sts-endpoint-url}; null where the account does not have it
 * @param endpointUrl {@code <prefix>/endpoint-url}; null where the account does not have it
 */
public record SessionAnnotations(
    @Nullable String roleSessionName,
    @Nullable String stsEndpointUrl,
    @Nullable String endpointUrl) {
  /** Of an account that has none of them: nearly every one, so that it costs nothing to keep. */
  public static final SessionAnnotations NONE = new SessionAnnotations(null, null, null);

  /** Those among a ServiceAccount's annotations. */
  static SessionAnnotations of(Map<String, String> annotations, AnnotationKeys keys) {
    String name = annotations.get(keys.roleSessionName());
    String sts = annotations.get(keys.stsEndpointUrl());
    String all = annotations.get(keys.endpointUrl());
    return name == null && sts == null && all == null
        ? NONE
        : new SessionAnnotations(name, sts, all);
  }
}
