package io.webidentity.account;

import io.webidentity.injection.AnnotationKeys;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The annotations of a ServiceAccount or Namespace that say what SDKs talk to, and how, as written
 * there.
 *
 * @param region {@code <prefix>/region}; null where the object does not have it
 * @param roleSessionName {@code <prefix>/role-session-name}; null where the object does not have it
 * @param stsEndpointUrl {@code <prefix>/sts-endpoint-url}; null where the object does not have it
 * @param endpointUrl {@code <prefix>/endpoint-url}; null where the object does not have it
 */
public record SessionAnnotations(
    @Nullable String region,
    @Nullable String roleSessionName,
    @Nullable String stsEndpointUrl,
    @Nullable String endpointUrl) {
  /** Of an object that has none of them: nearly every one, so that it costs nothing to keep. */
  public static final SessionAnnotations NONE = new SessionAnnotations(null, null, null, null);

  /** Those among an object's annotations. */
  static SessionAnnotations of(Map<String, String> annotations, AnnotationKeys keys) {
    String region = annotations.get(keys.region());
    String name = annotations.get(keys.roleSessionName());
    String sts = annotations.get(keys.stsEndpointUrl());
    String all = annotations.get(keys.endpointUrl());
    return region == null && name == null && sts == null && all == null
        ? NONE
        : new SessionAnnotations(region, name, sts, all);
  }
}
