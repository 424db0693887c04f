package io.webidentity.injection;

/**
 * Names of the annotations and labels that are read, each with the configured prefix.
 *
 * @param roleArn of a ServiceAccount: the role
 * @param audience of a ServiceAccount: the token's audience
 * @param tokenExpiration of a ServiceAccount or a pod: the token's lifetime, seconds
 * @param stsRegionalEndpoints of a ServiceAccount: whether SDKs use regional STS endpoints
 * @param roleSessionName of a ServiceAccount: what SDKs call their sessions
 * @param stsEndpointUrl of a ServiceAccount: the STS server
 * @param endpointUrl of a ServiceAccount: the server of all other services
 * @param region of a ServiceAccount: the region of SDKs
 * @param skipContainers of a pod: containers that get nothing
 * @param includeContainers of a pod: the only containers that get something
 * @param skipLabel label of a pod that gets nothing
 */
public record AnnotationKeys(
    String roleArn,
    String audience,
    String tokenExpiration,
    String stsRegionalEndpoints,
    String roleSessionName,
    String stsEndpointUrl,
    String endpointUrl,
    String region,
    String skipContainers,
    String includeContainers,
    String skipLabel) {
  /** Label of a pod that gets nothing, whatever the configured prefix. */
  public static final String SKIP_LABEL = "eks.amazonaws.com/skip-pod-identity-webhook";

  /** Label by which others find pods that use EKS Pod Identity, whatever the configured prefix. */
  public static final String POD_IDENTITY_LABEL = "eks.amazonaws.com/pod-identity";

  /**
   * Annotation of <a href="https://kubernetes.io/docs/tasks/configure-pod-container/static-pod/">
   * mirror pods</a>, for which the API server refuses ServiceAccounts' tokens.
   */
  public static final String MIRROR = "kubernetes.io/config.mirror";

  /** The names with this prefix, such as {@code eks.amazonaws.com}. */
  public AnnotationKeys(String prefix) {
    this(
        prefix + "/role-arn",
        prefix + "/audience",
        prefix + "/token-expiration",
        prefix + "/sts-regional-endpoints",
        prefix + "/role-session-name",
        prefix + "/sts-endpoint-url",
        prefix + "/endpoint-url",
        prefix + "/region",
        prefix + "/skip-containers",
        prefix + "/include-containers",
        prefix + "/skip-pod-identity-webhook");
  }
}
