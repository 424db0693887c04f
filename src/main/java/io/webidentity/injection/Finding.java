package io.webidentity.injection;

import io.webidentity.aws.EndpointUrl;

/**
 * A surprise with the values it was found with. The factories are the one place that words them.
 *
 * @param reason what was found
 * @param message one sentence that names the annotation or container and the value, and says what
 *     to do; at most {@value MessageTemplate#MAX_CHARACTERS} characters, none of them a control
 *     character
 */
public record Finding(Reason reason, String message) {
  private static final MessageTemplate ROLE_ARN_MALFORMED =
      new MessageTemplate(
          "{} {} is \"{}\", not the ARN of a role, and was injected as it is: "
              + "correct it to arn:<partition>:iam::<account>:role/<name>.");
  private static final MessageTemplate ROLE_ARN_BLANKS =
      new MessageTemplate(
          "{} {} is \"{}\", with blanks around the ARN, which were left out: " + "remove them.");
  private static final MessageTemplate AUDIENCE_EMPTY =
      new MessageTemplate(
          "{} {} is \"{}\", so the audience {} is used: "
              + "name an audience or remove the annotation.");
  private static final MessageTemplate TOKEN_EXPIRATION_INVALID =
      new MessageTemplate(
          "{} {} is \"{}\", not a whole number, and was ignored: "
              + "write seconds, such as 3600.");
  private static final MessageTemplate TOKEN_EXPIRATION_TOO_LARGE =
      new MessageTemplate(
          "{} {} is \"{}\", above the limit, and was ignored: "
              + "write seconds, at most 4294967296.");
  private static final MessageTemplate STS_REGIONAL_ENDPOINTS_INVALID =
      new MessageTemplate("{} {} is \"{}\", not a boolean, and was ignored: write true or false.");
  private static final MessageTemplate ROLE_SESSION_NAME_INVALID =
      new MessageTemplate(
          "{} {} is \"{}\", not a session name, and was ignored: "
              + "use {namespace}, {service-account} or {cluster} in it, or {pod-uid} alone.");
  private static final MessageTemplate CLUSTER_NAME_MISSING =
      new MessageTemplate(
          "{} {} is \"{}\" and was ignored, as this cluster has no name: "
              + "leave out {cluster}, or have the webhook started with --cluster-name.");
  private static final MessageTemplate ENDPOINT_URL_INVALID =
      new MessageTemplate(
          "{} {} is \"{}\", not an endpoint's URL, and was ignored: "
              + "write one such as https://host:9000, without user, query or $.");
  private static final MessageTemplate SKIP_CONTAINERS_INVALID =
      new MessageTemplate(
          "{} {} is \"{}\", not CSV, so no container is skipped: "
              + "write names with commas between them, without quotes.");
  private static final MessageTemplate CONTAINERS_EXTRA =
      new MessageTemplate(
          "{} {} is \"{}\", of which only the first line counts: "
              + "write all names in one line, with commas between them.");
  private static final MessageTemplate INCLUDE_CONTAINERS_INVALID =
      new MessageTemplate(
          "{} {} is \"{}\", not CSV, so every container is included: "
              + "write names with commas between them, without quotes.");
  private static final MessageTemplate INCLUDE_CONTAINERS_UNMATCHED =
      new MessageTemplate(
          "{} {} is \"{}\", which names no container of the pod, so none got "
              + "credentials: correct it.");
  private static final MessageTemplate SERVICE_ACCOUNT_UNKNOWN =
      new MessageTemplate(
          "ServiceAccount \"{}\" could not be read, so the role is that of ConfigMap entry \"{}\": "
              + "create the pod anew if the account has a role of its own.");
  private static final MessageTemplate ROLE_MAP_BROKEN =
      new MessageTemplate(
          "ConfigMap {} cannot be read ({}), so the pod may lack its role: "
              + "have it corrected, then create the pod anew.");
  private static final MessageTemplate REGION_INVALID =
      new MessageTemplate(
          "{} {} is \"{}\", not a region, and was ignored: " + "write one such as eu-central-1.");
  private static final MessageTemplate VOLUME_NAME_TAKEN =
      new MessageTemplate(
          "Volume \"{}\" is not the token volume of that name, so the token volume is called "
              + "\"{}\": rename yours.");
  private static final MessageTemplate VOLUME_MOUNTED_ELSEWHERE =
      new MessageTemplate(
          "Container \"{}\" mounts the token volume at \"{}\", so it was mounted at \"{}\" as "
              + "well: remove your mount.");
  private static final MessageTemplate UNDECIDED =
      new MessageTemplate("{} The API server asks again, then its failurePolicy decides.");
  private static final MessageTemplate MALFORMED_REVIEW =
      new MessageTemplate("malformed AdmissionReview: {}");
  private static final MessageTemplate MOUNT_PATH_TAKEN =
      new MessageTemplate(
          "Container \"{}\" has volume \"{}\" at \"{}\", where the token goes, and got no credentials: "
              + "move yours to another path.");
  private static final MessageTemplate VARIABLE_NOT_COPIED =
      new MessageTemplate(
          "Ephemeral container \"{}\" did not get {}, whose value container \"{}\" has from "
              + "elsewhere: set it yourself, as with kubectl debug --env.");
  private static final MessageTemplate CREDENTIALS_NOT_COPIED =
      new MessageTemplate(
          "Ephemeral container \"{}\" got no credentials, as container \"{}\" has the value of {} "
              + "from elsewhere: name another with kubectl debug --target.");

  private static final MessageTemplate DENIED =
      new MessageTemplate(
          "{} \"{}\" is not allowed in namespace \"{}\" ({}), so the pod got no credentials: "
              + "name another, or have the role policy changed.");
  private static final MessageTemplate REJECTED =
      new MessageTemplate(
          "{} \"{}\" is not allowed in namespace \"{}\" ({}), so the pod is rejected: "
              + "name another, or have the role policy changed.");
  private static final MessageTemplate WOULD_BE_DENIED =
      new MessageTemplate(
          "{} \"{}\" is not allowed in namespace \"{}\" ({}), and will be denied when the role "
              + "policy is enforced: name another, or have it changed.");

  /** A role that is not of the form the contract gives (section 2). */
  public static Finding roleArnMalformed(Annotation annotation) {
    return about(annotation, Reason.ROLE_ARN_MALFORMED, ROLE_ARN_MALFORMED);
  }

  /** A role with blanks around it. */
  public static Finding roleArnBlanks(Annotation annotation) {
    return about(annotation, Reason.ROLE_ARN_BLANKS, ROLE_ARN_BLANKS);
  }

  /**
   * An audience that is empty.
   *
   * @param used the audience that is used in its place
   */
  public static Finding audienceEmpty(Annotation annotation, String used) {
    return new Finding(
        Reason.AUDIENCE_EMPTY,
        AUDIENCE_EMPTY.fill(
            annotation.holder().noun(), annotation.key(), annotation.value(), used));
  }

  /** A token expiration that is no integer of 64 bits. */
  public static Finding tokenExpirationInvalid(Annotation annotation) {
    return about(annotation, Reason.TOKEN_EXPIRATION_INVALID, TOKEN_EXPIRATION_INVALID);
  }

  /** A token expiration above {@link TokenExpiration#MAXIMUM_SECONDS}. */
  public static Finding tokenExpirationTooLarge(Annotation annotation) {
    return about(annotation, Reason.TOKEN_EXPIRATION_TOO_LARGE, TOKEN_EXPIRATION_TOO_LARGE);
  }

  /** A value of sts-regional-endpoints that is no boolean. */
  public static Finding stsRegionalEndpointsInvalid(Annotation annotation) {
    return about(annotation, Reason.STS_REGIONAL_ENDPOINTS_INVALID, STS_REGIONAL_ENDPOINTS_INVALID);
  }

  /** A value of role-session-name that is no {@link SessionNameTemplate}. */
  public static Finding roleSessionNameInvalid(Annotation annotation) {
    return about(annotation, Reason.ROLE_SESSION_NAME_INVALID, ROLE_SESSION_NAME_INVALID);
  }

  /** A value of role-session-name that names the cluster, where no flag gives its name. */
  public static Finding clusterNameMissing(Annotation annotation) {
    return about(annotation, Reason.CLUSTER_NAME_MISSING, CLUSTER_NAME_MISSING);
  }

  /**
   * A value of sts-endpoint-url or endpoint-url that is no {@link EndpointUrl}. User information is
   * left out: it may be a password, and findings are logged.
   */
  public static Finding endpointUrlInvalid(Annotation annotation) {
    return about(
        new Annotation(
            annotation.holder(),
            annotation.key(),
            EndpointUrl.withoutUserInformation(annotation.value())),
        Reason.ENDPOINT_URL_INVALID,
        ENDPOINT_URL_INVALID);
  }

  /** A value of skip-containers that is no CSV. */
  public static Finding skipContainersInvalid(Annotation annotation) {
    return about(annotation, Reason.SKIP_CONTAINERS_INVALID, SKIP_CONTAINERS_INVALID);
  }

  /** A value of skip-containers with more than one record. */
  public static Finding skipContainersExtra(Annotation annotation) {
    return about(annotation, Reason.SKIP_CONTAINERS_EXTRA, CONTAINERS_EXTRA);
  }

  /** A value of include-containers that is no CSV. */
  public static Finding includeContainersInvalid(Annotation annotation) {
    return about(annotation, Reason.INCLUDE_CONTAINERS_INVALID, INCLUDE_CONTAINERS_INVALID);
  }

  /** A value of include-containers with more than one record. */
  public static Finding includeContainersExtra(Annotation annotation) {
    return about(annotation, Reason.INCLUDE_CONTAINERS_EXTRA, CONTAINERS_EXTRA);
  }

  /** A value of include-containers that names none of the pod's. */
  static Finding includeContainersUnmatched(Annotation annotation) {
    return about(annotation, Reason.INCLUDE_CONTAINERS_UNMATCHED, INCLUDE_CONTAINERS_UNMATCHED);
  }

  /** An account that could not be read, whose role is therefore that of a map's entry. */
  public static Finding serviceAccountUnknown(String account, String entry) {
    return new Finding(
        Reason.SERVICE_ACCOUNT_UNKNOWN, SERVICE_ACCOUNT_UNKNOWN.fill(account, entry));
  }

  /** A ConfigMap of roles that may have had one for the account. */
  public static Finding roleMapBroken(String configMap, String problem) {
    return new Finding(Reason.ROLE_MAP_BROKEN, ROLE_MAP_BROKEN.fill(configMap, problem));
  }

  /** A value of region that is none. */
  public static Finding regionInvalid(Annotation annotation) {
    return about(annotation, Reason.REGION_INVALID, REGION_INVALID);
  }

  /**
   * What a role policy does not allow, so that the pod gets no credentials.
   *
   * @param because a clause that says what decided
   */
  public static Finding denied(Reason reason, String value, String namespace, String because) {
    return policy(reason, DENIED, value, namespace, because);
  }

  /**
   * What a role policy does not allow, so that the pod is rejected.
   *
   * @param because a clause that says what decided
   */
  public static Finding rejected(Reason reason, String value, String namespace, String because) {
    return policy(reason, REJECTED, value, namespace, because);
  }

  /**
   * What a role policy that only reports does not allow.
   *
   * @param because a clause that says what decided
   */
  public static Finding wouldBeDenied(
      Reason reason, String value, String namespace, String because) {
    return policy(reason, WOULD_BE_DENIED, value, namespace, because);
  }

  private static Finding policy(
      Reason reason, MessageTemplate template, String value, String namespace, String because) {
    String noun =
        switch (reason) {
          case ROLE_DENIED, ROLE_DENIED_AUDIT -> "Role";
          case AUDIENCE_DENIED, AUDIENCE_DENIED_AUDIT -> "Token audience";
          case STS_ENDPOINT_DENIED, STS_ENDPOINT_DENIED_AUDIT -> "STS endpoint";
          default -> throw new IllegalArgumentException(reason + " is not about a role policy");
        };
    return new Finding(reason, template.fill(noun, value, namespace, because));
  }

  /**
   * A pod about which nothing could be decided.
   *
   * @param problem a sentence
   */
  public static Finding undecided(Reason reason, String problem) {
    return new Finding(reason, UNDECIDED.fill(problem));
  }

  /** A request that is no AdmissionReview of ours; the problem may quote what its sender wrote. */
  public static Finding malformedReview(String problem) {
    return new Finding(Reason.MALFORMED_REVIEW, MALFORMED_REVIEW.fill(problem));
  }

  /** A volume that has the token volume's name without being one; {@code used} is the new name. */
  static Finding volumeNameTaken(String taken, String used) {
    return new Finding(Reason.VOLUME_NAME_TAKEN, VOLUME_NAME_TAKEN.fill(taken, used));
  }

  /** A mount of the token volume at another path than ours. */
  static Finding volumeMountedElsewhere(String container, String elsewhere, String mountPath) {
    return new Finding(
        Reason.VOLUME_MOUNTED_ELSEWHERE,
        VOLUME_MOUNTED_ELSEWHERE.fill(container, elsewhere, mountPath));
  }

  /** A mount or a device of a container at our path. */
  static Finding mountPathTaken(String container, Pod.Mount taker) {
    return new Finding(
        Reason.MOUNT_PATH_TAKEN, MOUNT_PATH_TAKEN.fill(container, taker.volume(), taker.path()));
  }

  /** A variable that an ephemeral container cannot have as the one it was to be copied from. */
  static Finding variableNotCopied(String container, SdkVariable variable, String source) {
    return new Finding(
        Reason.VARIABLE_NOT_COPIED,
        VARIABLE_NOT_COPIED.fill(container, variable.variableName(), source));
  }

  /** The same, of a variable without which the others are of no use. */
  static Finding credentialsNotCopied(String container, SdkVariable variable, String source) {
    return new Finding(
        Reason.VARIABLE_NOT_COPIED,
        CREDENTIALS_NOT_COPIED.fill(container, source, variable.variableName()));
  }

  private static Finding about(Annotation annotation, Reason reason, MessageTemplate template) {
    return new Finding(
        reason, template.fill(annotation.holder().noun(), annotation.key(), annotation.value()));
  }
}
