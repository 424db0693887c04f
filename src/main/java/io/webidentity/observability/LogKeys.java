package io.webidentity.observability;

/** Keys of the structured log; stable, as people search for them. */
public final class LogKeys {
  /** The review's UID. */
  public static final String REVIEW_UID = "review_uid";

  /** Namespace of the pod. */
  public static final String NAMESPACE = "namespace";

  /** Name of the pod, or its generateName followed by {@code *}. */
  public static final String POD = "pod";

  /** Name of the pod's ServiceAccount. */
  public static final String SERVICE_ACCOUNT = "service_account";

  /** What became of the request: injected, skipped or error. */
  public static final String OUTCOME = "outcome";

  /** What would have become of the request, in shadow mode. */
  public static final String SHADOW_OUTCOME = "shadow_outcome";

  /** How a comparison with another webhook ended. */
  public static final String COMPARISON = "comparison";

  /** How often a comparison has ended like this so far. */
  public static final String SEEN = "seen";

  /** How many lines like this one were left out before it. */
  public static final String LEFT_OUT = "left_out";

  /** Stable code of the reason. */
  public static final String REASON = "reason";

  /** What gave the pod its identity, such as {@code ServiceAccount}. */
  public static final String SOURCE = "source";

  /** The pod's role; empty for container credentials. */
  public static final String ROLE_ARN = "role_arn";

  /** Audience of the pod's token. */
  public static final String AUDIENCE = "audience";

  /** Codes of what was decided for each container, by name. */
  public static final String CONTAINERS = "containers";

  /** When the serving certificate expires, RFC 3339. */
  public static final String CERTIFICATE_EXPIRY = "certificate_expiry";

  private LogKeys() {}
}
