package io.webidentity.account;

import static io.webidentity.injection.Annotation.Holder.SERVICE_ACCOUNT;

import io.webidentity.aws.RoleArn;
import io.webidentity.injection.Annotation;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.injection.UnreadAnnotations;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The annotations of a ServiceAccount, or of a Namespace as defaults for its accounts, that decide
 * about identities, as written there: neither trimmed nor checked.
 *
 * @param roleArn {@code <prefix>/role-arn}; null where the object does not have it
 * @param audience {@code <prefix>/audience}; null where the object does not have it
 * @param tokenExpiration {@code <prefix>/token-expiration}; null where the object does not have it
 * @param stsRegionalEndpoints {@code <prefix>/sts-regional-endpoints}; null where the object does
 *     not have it
 * @param session those that say what SDKs talk to, and how
 * @param unread annotations that look as if they decided, which nothing reads there
 */
public record IdentityAnnotations(
    @Nullable String roleArn,
    @Nullable String audience,
    @Nullable String tokenExpiration,
    @Nullable String stsRegionalEndpoints,
    SessionAnnotations session,
    Map<String, String> unread) {
  /** Of an object that has none of them. */
  public static final IdentityAnnotations NONE =
      new IdentityAnnotations(null, null, null, null, SessionAnnotations.NONE);

  public IdentityAnnotations {
    unread = unread.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(unread));
  }

  /** Those that decide, alone. */
  public IdentityAnnotations(
      @Nullable String roleArn,
      @Nullable String audience,
      @Nullable String tokenExpiration,
      @Nullable String stsRegionalEndpoints,
      SessionAnnotations session) {
    this(roleArn, audience, tokenExpiration, stsRegionalEndpoints, session, Map.of());
  }

  /** Whether a role is asked for, well formed or not; blanks alone ask for none. */
  public boolean hasRole() {
    return roleArn != null && RoleArn.of(roleArn).isPresent();
  }

  /** How many characters they have together. */
  long characters() {
    return Stream.concat(
            Stream.of(
                roleArn,
                audience,
                tokenExpiration,
                stsRegionalEndpoints,
                session.region(),
                session.roleSessionName(),
                session.stsEndpointUrl(),
                session.endpointUrl()),
            unread.entrySet().stream().flatMap(e -> Stream.of(e.getKey(), e.getValue())))
        .filter(Objects::nonNull)
        .mapToLong(String::length)
        .sum();
  }

  /**
   * Those of an object, to be kept for long: the few values that most objects share are there once.
   * Roles are too many to intern.
   */
  static IdentityAnnotations compact(Map<String, String> annotations, AnnotationKeys keys) {
    IdentityAnnotations read = of(annotations, keys);
    return read.equals(NONE)
        ? NONE
        : new IdentityAnnotations(
            read.roleArn,
            intern(read.audience),
            intern(read.tokenExpiration),
            intern(read.stsRegionalEndpoints),
            intern(read.session),
            read.unread);
  }

  private static SessionAnnotations intern(SessionAnnotations read) {
    return read.equals(SessionAnnotations.NONE)
        ? SessionAnnotations.NONE
        : new SessionAnnotations(
            intern(read.region()),
            intern(read.roleSessionName()),
            intern(read.stsEndpointUrl()),
            intern(read.endpointUrl()));
  }

  private static @Nullable String intern(@Nullable String value) {
    return value == null ? null : value.intern();
  }

  /** Those among an object's annotations that decide. */
  public static IdentityAnnotations of(Map<String, String> annotations, AnnotationKeys keys) {
    String role = annotations.get(keys.roleArn());
    String audience = annotations.get(keys.audience());
    String expiration = annotations.get(keys.tokenExpiration());
    String regional = annotations.get(keys.stsRegionalEndpoints());
    SessionAnnotations session = SessionAnnotations.of(annotations, keys);
    IdentityAnnotations read =
        new IdentityAnnotations(
            role, audience, expiration, regional, session, unread(annotations, keys));
    return read.equals(NONE) ? NONE : read;
  }

  private static Map<String, String> unread(Map<String, String> annotations, AnnotationKeys keys) {
    if (annotations.isEmpty()) {
      return Map.of();
    }
    UnreadAnnotations unread = new UnreadAnnotations(keys);
    Map<String, String> found = new HashMap<>();
    // In their order, for every replica to say the same.
    for (Map.Entry<String, String> annotation : new TreeMap<>(annotations).entrySet()) {
      String key = annotation.getKey();
      if (found.size() < UnreadAnnotations.MOST
          && unread.find(new Annotation(SERVICE_ACCOUNT, key, annotation.getValue())).isPresent()) {
        found.put(key, annotation.getValue());
      }
    }
    return found;
  }
}
