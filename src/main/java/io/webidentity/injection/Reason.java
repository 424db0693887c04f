package io.webidentity.injection;

/**
 * Every reason why a pod or a container was injected, left alone or surprising, and why a request
 * could not be answered: the one list that warnings, logs, metrics and {@code explain} share.
 *
 * <p>Codes are stable: dashboards and alerts name them. A constant is never renamed, only added.
 */
public enum Reason {
  /** The pod was changed. */
  INJECTED("injected", Kind.OUTCOME, "The pod was given credentials."),
  /** The pod got the token's volume, but every container was left out or has its own. */
  NO_CONTAINER_INJECTED(
      "no_container_injected",
      Kind.OUTCOME,
      "No container of the pod was given credentials; each one has a reason of its own.",
      "see the reason of each container"),
  /** Nothing was left to add. */
  ALREADY_INJECTED(
      "already_injected", Kind.OUTCOME, "The pod has everything already; nothing was added."),
  /** Never both methods in one pod: an SDK would take one of them, and not by what was meant. */
  OTHER_METHOD(
      "other_method",
      Kind.OUTCOME,
      Event.NORMAL,
      "The pod has the token volume of the other method already; nothing was added.",
      "remove the token volume of the other method, if it is not meant"),
  /** No source has an identity for the account. */
  NO_ROLE(
      "no_role",
      Kind.OUTCOME,
      "The ServiceAccount has no role annotation.",
      "annotate the ServiceAccount with role-arn, then create the pod again"),
  /** The account does not exist, which counts as an account without annotations. */
  SERVICE_ACCOUNT_NOT_FOUND(
      "service_account_not_found",
      Kind.OUTCOME,
      "The ServiceAccount does not exist.",
      "create the ServiceAccount, or correct its name in the pod"),
  /** The pod carries the skip label. */
  OPTED_OUT(
      "opted_out",
      Kind.OUTCOME,
      "The pod has the label skip-pod-identity-webhook.",
      "remove the label, then create the pod again"),
  /** The pod mirrors a static pod, which cannot have token volumes. */
  MIRROR_POD(
      "mirror_pod",
      Kind.OUTCOME,
      "The pod mirrors a static pod, which cannot have credentials.",
      "run the program as a pod of a DaemonSet or Deployment"),
  /** The pod runs as no ServiceAccount, so that it cannot have token volumes. */
  NO_SERVICE_ACCOUNT(
      "no_service_account", Kind.OUTCOME, "The pod does not say which ServiceAccount it runs as."),
  /** No container of the pod has credentials that an ephemeral one could share. */
  POD_NOT_INJECTED(
      "pod_not_injected",
      Kind.OUTCOME,
      "The pod has no credentials; its ephemeral container got none.",
      "see why the pod itself has none: webhook explain"),
  /** The request is about something else. */
  NOT_A_POD_CREATION(
      "not_a_pod_creation", Kind.OUTCOME, "The request does not create a pod; nothing to decide."),

  /** The role policy says no, and that such pods are created without credentials. */
  IDENTITY_DENIED(
      "identity_denied",
      Kind.OUTCOME,
      "The role policy does not allow the identity; the pod got no credentials.",
      "name another role, or have the role policy changed"),
  /** The role policy says no, and that such pods are not created. */
  POD_REJECTED(
      "pod_rejected",
      Kind.OUTCOME,
      "The role policy does not allow the identity; the pod was rejected.",
      "name another role, or have the role policy changed"),

  /** The container was changed. */
  CONTAINER_INJECTED("container_injected", Kind.CONTAINER, "The container was given credentials."),
  /** The container is named by the annotation skip-containers. */
  CONTAINER_SKIPPED(
      "container_skipped",
      Kind.CONTAINER,
      "The annotation skip-containers names the container.",
      "correct the annotation of the pod, if it is not meant"),
  /** The container is not named by the annotation include-containers. */
  CONTAINER_NOT_INCLUDED(
      "container_not_included",
      Kind.CONTAINER,
      "The annotation include-containers does not name the container.",
      "correct the annotation of the pod, if it is not meant"),
  /** The container's own variables or mounts leave nothing to add. */
  CONTAINER_ALREADY_CONFIGURED(
      "container_already_configured",
      Kind.CONTAINER,
      "The container has its variables and its mount already."),

  /** No rule that is for the namespace has the role. */
  ROLE_DENIED("role_denied", "The role policy does not allow the role.", Wording.DENIED),
  /** The role would be allowed with another audience. */
  AUDIENCE_DENIED(
      "audience_denied", "The role policy does not allow the token's audience.", Wording.DENIED),
  /** The role would be allowed with another STS server. */
  STS_ENDPOINT_DENIED(
      "sts_endpoint_denied", "The role policy does not allow the STS endpoint.", Wording.DENIED),
  /** As role_denied, under a policy that only reports. */
  ROLE_DENIED_AUDIT(
      "role_denied_audit",
      "The role policy, which only reports, does not allow the role.",
      Wording.AUDIT),
  /** As audience_denied, under a policy that only reports. */
  AUDIENCE_DENIED_AUDIT(
      "audience_denied_audit",
      "The role policy, which only reports, does not allow the token's audience.",
      Wording.AUDIT),
  /** As sts_endpoint_denied, under a policy that only reports. */
  STS_ENDPOINT_DENIED_AUDIT(
      "sts_endpoint_denied_audit",
      "The role policy, which only reports, does not allow the STS endpoint.",
      Wording.AUDIT),
  /** Something else is mounted where the token goes; decided for a container, and a surprise. */
  MOUNT_PATH_TAKEN(
      "mount_path_taken",
      "Something else is mounted where the token goes; the container was left alone.",
      new Wording(
          "Container \"{name}\" has volume \"{0}\" at \"{value}\", where the token goes, and got no credentials",
          "move yours to another path")),
  /** One of two variables that are of use together; decided for a container, and a surprise. */
  CONTAINER_PARTLY_CONFIGURED(
      "container_partly_configured",
      "The container sets one of AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE; it kept it, and has no web identity.",
      new Wording(
          "Container \"{name}\" sets {key} and not {0}, so its SDKs do not use the pod's role",
          "set both variables, or remove yours")),
  /** SDKs look into the environment for keys before they use web identity. */
  ACCESS_KEY_FIRST(
      "access_key_first",
      "The container has an access key of its own; SDKs take it instead of the role.",
      new Wording(
          "Container \"{name}\" sets {key}, which SDKs take instead of the pod's role",
          "remove the access key")),
  /** A variable's value stands elsewhere than in the pod; also decided for a container. */
  VARIABLE_NOT_COPIED(
      "variable_not_copied",
      Event.NONE,
      "A variable of the pod's container has its value from elsewhere; the ephemeral container did not get it.",
      new Wording(
          "Ephemeral container \"{name}\" did not get {key}, whose value container \"{0}\" has from elsewhere",
          "set it yourself, as with kubectl debug --env")),
  /** A volume of the pod has the name of the token's volume. */
  VOLUME_NAME_TAKEN(
      "volume_name_taken",
      "A volume of another kind has the name of the token's volume; another name was used.",
      new Wording(
          "Volume \"{name}\" is not the token volume of that name, so the token volume is called \"{0}\"",
          "rename yours")),
  /** The token's volume is mounted, but not where the variables point to. */
  VOLUME_MOUNTED_ELSEWHERE(
      "volume_mounted_elsewhere",
      "The token's volume is mounted at another path only; it was mounted a second time.",
      new Wording(
          "Container \"{name}\" mounts the token volume at \"{value}\", so it was mounted at \"{0}\" as well",
          "remove your mount")),
  /** The role is injected all the same: the pod must not fall back to the node's role. */
  ROLE_ARN_MALFORMED(
      "role_arn_malformed",
      "The role is not the ARN of a role.",
      new Wording(
          "{kind} {key} is \"{value}\", not the ARN of a role, and was injected as it is",
          "correct it to arn:<partition>:iam::<account>:role/<name>")),
  /** STS knows no role of another partition. */
  REGION_OF_OTHER_PARTITION(
      "region_of_other_partition",
      "Role and region are of different partitions of AWS.",
      new Wording(
          "Role \"{value}\" is of partition {0}, but region {1} is of {2}, whose STS does not know the role",
          "correct one of them")),
  /** A template without its value, mostly. */
  ROLE_ARN_EMPTY(
      "role_arn_empty",
      "The annotation role-arn is there, but empty.",
      new Wording(
          "{kind} {key} is empty, so the pod got no credentials",
          "write the ARN of a role, or remove the annotation")),
  /** The annotation counts elsewhere. */
  ANNOTATION_MISPLACED(
      "annotation_misplaced",
      "An annotation or label is on an object where nothing reads it.",
      new Wording(
          "{kind} {key} is \"{value}\" and was ignored, as it counts as {0} only",
          "write it there")),
  /** Nearly the name of an annotation. */
  ANNOTATION_MISSPELT(
      "annotation_misspelt",
      "An annotation or label has nearly the name of one that is read.",
      new Wording(
          "{kind} {key} is \"{value}\" and was ignored, as nothing reads this name but {0}",
          "correct the name, or remove it")),
  /** Written for another webhook's kind of work. */
  ROLE_OF_KIAM(
      "role_of_kiam",
      "The pod has the annotation of kube2iam and kiam, and its ServiceAccount has no role.",
      new Wording(
          "{kind} {key} is \"{value}\", which kube2iam and kiam read, and the ServiceAccount has no {0}",
          "annotate the ServiceAccount")),
  /** Blanks around the role were taken away. */
  ROLE_ARN_BLANKS(
      "role_arn_blanks",
      "The role ARN has blanks around it.",
      new Wording(
          "{kind} {key} is \"{value}\", with blanks around the ARN, which were left out",
          "remove them")),
  /** An empty audience would be one for the API server itself. */
  AUDIENCE_EMPTY(
      "audience_empty",
      "The audience is empty; it was ignored.",
      new Wording(
          "{kind} {key} is \"{value}\", so the audience {0} is used",
          "name an audience or remove the annotation")),
  /** The expiration is no integer. */
  TOKEN_EXPIRATION_INVALID(
      "token_expiration_invalid",
      "The token expiration is not a number of seconds; it was ignored.",
      new Wording(
          "{kind} {key} is \"{value}\", not a whole number, and was ignored",
          "write seconds, such as 3600")),
  /** The expiration is above the API server's limit. */
  TOKEN_EXPIRATION_TOO_LARGE(
      "token_expiration_too_large",
      "The token expiration is above the API server's limit; it was ignored.",
      new Wording(
          "{kind} {key} is \"{value}\", above the limit, and was ignored",
          "write seconds, at most 4294967296")),
  /** The annotation is no boolean. */
  STS_REGIONAL_ENDPOINTS_INVALID(
      "sts_regional_endpoints_invalid",
      "The annotation sts-regional-endpoints is not a boolean; it was ignored.",
      new Wording(
          "{kind} {key} is \"{value}\", not a boolean, and was ignored", "write true or false")),
  /** The annotation is no template of session names. */
  ROLE_SESSION_NAME_INVALID(
      "role_session_name_invalid",
      "The annotation role-session-name is not one that can be used; it was ignored.",
      new Wording(
          "{kind} {key} is \"{value}\", not a session name, and was ignored",
          "use {namespace}, {service-account} or {cluster} in it, or {pod-uid} alone")),
  /** The annotation asks for what no flag said. */
  CLUSTER_NAME_MISSING(
      "cluster_name_missing",
      "The annotation role-session-name names the cluster, whose name is not known; it was ignored.",
      new Wording(
          "{kind} {key} is \"{value}\" and was ignored, as this cluster has no name",
          "leave out {cluster}, or have the webhook started with --cluster-name")),
  /** The annotation is no URL that SDKs take. */
  ENDPOINT_URL_INVALID(
      "endpoint_url_invalid",
      "The annotation sts-endpoint-url or endpoint-url is not a URL that SDKs take; it was ignored.",
      new Wording(
          "{kind} {key} is \"{value}\", not an endpoint's URL, and was ignored",
          "write one such as https://host:9000, without user, query or $")),
  /** The annotation is no CSV. */
  SKIP_CONTAINERS_INVALID(
      "skip_containers_invalid",
      "The annotation skip-containers cannot be read; no container was skipped.",
      new Wording(
          "{kind} {key} is \"{value}\", not CSV, so no container is skipped",
          "write names with commas between them, without quotes")),
  /** Only the first record counts. */
  SKIP_CONTAINERS_EXTRA(
      "skip_containers_extra",
      "The annotation skip-containers has more than one line; only the first one counts.",
      new Wording(
          "{kind} {key} is \"{value}\", of which only the first line counts",
          "write all names in one line, with commas between them")),
  /** No container has a blank in its name. */
  SKIP_CONTAINERS_BLANKS(
      "skip_containers_blanks",
      "The annotation skip-containers has blanks, which counted as separators.",
      new Wording(
          "{kind} {key} is \"{value}\", whose blanks counted as separators",
          "write names with commas and no blanks between them")),
  /** The annotation is no CSV. */
  INCLUDE_CONTAINERS_INVALID(
      "include_containers_invalid",
      "The annotation include-containers cannot be read; every container was included.",
      new Wording(
          "{kind} {key} is \"{value}\", not CSV, so every container is included",
          "write names with commas between them, without quotes")),
  /** Only the first record counts. */
  INCLUDE_CONTAINERS_EXTRA(
      "include_containers_extra",
      "The annotation include-containers has more than one line; only the first one counts.",
      new Wording(
          "{kind} {key} is \"{value}\", of which only the first line counts",
          "write all names in one line, with commas between them")),
  /** No container has a blank in its name. */
  INCLUDE_CONTAINERS_BLANKS(
      "include_containers_blanks",
      "The annotation include-containers has blanks, which counted as separators.",
      new Wording(
          "{kind} {key} is \"{value}\", whose blanks counted as separators",
          "write names with commas and no blanks between them")),
  /** Nothing gets credentials in a pod that asks for some. */
  INCLUDE_CONTAINERS_UNMATCHED(
      "include_containers_unmatched",
      "The annotation include-containers names no container of the pod; none got credentials.",
      new Wording(
          "{kind} {key} is \"{value}\", which names no container of the pod, so none got credentials",
          "correct it")),
  /** The map decided, although the account, which comes before it, could not be read. */
  SERVICE_ACCOUNT_UNKNOWN(
      "service_account_unknown",
      "The ServiceAccount could not be read; the role is that of the ConfigMap.",
      new Wording(
          "ServiceAccount \"{name}\" could not be read, so the role is that of ConfigMap entry \"{0}\"",
          "create the pod again if the account has a role of its own")),
  /** The map may have a role for the account that nobody can read. */
  ROLE_MAP_BROKEN(
      "role_map_broken",
      "The ConfigMap of roles cannot be read, or not the account's entry; the account may lack its role.",
      new Wording(
          "ConfigMap {name} cannot be read ({0}), so the pod may lack its role",
          "have it corrected, then create the pod again")),
  /** The annotation is no name of a region. */
  REGION_INVALID(
      "region_invalid",
      "The annotation region is not a region; it was ignored.",
      new Wording(
          "{kind} {key} is \"{value}\", not a region, and was ignored",
          "write one such as eu-central-1")),

  /** HTTP 403. */
  CLIENT_NOT_TRUSTED(
      "client_not_trusted",
      Kind.ERROR,
      "The caller showed no valid client certificate of the CAs that --client-ca names,"
          + " or one of a name that --client-names does not list.",
      "give the API server a client certificate (docs/security.md)"),
  /** HTTP 503: too many requests, or too large ones, are under way. */
  OVERLOADED(
      "overloaded",
      Kind.ERROR,
      "More requests, or larger ones, are under way than the webhook takes.",
      "raise the webhook's replicas or memory"),
  /** HTTP 400. */
  MALFORMED_REVIEW(
      "malformed_review",
      Kind.ERROR,
      "The request is not a well-formed AdmissionReview of a pod.",
      "let only API servers call the webhook"),
  /** HTTP 415. */
  UNSUPPORTED_MEDIA_TYPE(
      "unsupported_media_type",
      Kind.ERROR,
      "The request's content type is not application/json.",
      "let only API servers call the webhook"),
  /** HTTP 413. */
  BODY_TOO_LARGE(
      "body_too_large", Kind.ERROR, "The request is larger than allowed.", "make the pod smaller"),
  /** HTTP 503. */
  LOOKUP_FAILED(
      "lookup_failed",
      Kind.ERROR,
      Event.WARNING,
      "The ServiceAccount could not be looked up.",
      "let the webhook reach the API server, with its rights: webhook doctor"),
  /** HTTP 503. */
  LOOKUP_TIMEOUT(
      "lookup_timeout",
      Kind.ERROR,
      Event.WARNING,
      "The ServiceAccount could not be looked up in time.",
      "let the webhook reach the API server, with its rights: webhook doctor"),
  /** HTTP 503. */
  LOOKUP_RATE_LIMITED(
      "lookup_rate_limited",
      Kind.ERROR,
      Event.WARNING,
      "Too many ServiceAccounts wait to be looked up.",
      "let the webhook reach the API server, with its rights: webhook doctor"),
  /** HTTP 500. */
  INTERNAL_ERROR(
      "internal_error", Kind.ERROR, "The webhook has a defect.", "report the webhook's log");

  /** What a reason is about. */
  public enum Kind {
    /** What became of a whole pod. */
    OUTCOME,
    /** What became of one container. */
    CONTAINER,
    /** Something a user should know about; becomes an admission warning. */
    SURPRISE,
    /** Why a request could not be answered. */
    ERROR
  }

  /**
   * Which Kubernetes Event tells of a reason: a warning of every surprise, as most pods are made by
   * controllers, which nobody reads admission warnings of; none of what is as it should be, and
   * none of ephemeral containers, which people make.
   */
  public enum Event {
    /** None. */
    NONE,
    /** One of type {@code Normal}. */
    NORMAL,
    /** One of type {@code Warning}. */
    WARNING
  }

  private final String code;
  private final Kind kind;
  private final Event event;
  private final String sentence;
  private final String remedy;

  @SuppressWarnings("ImmutableEnumChecker") // Its lists are never changed.
  private final Wording wording;

  Reason(String code, Kind kind, String sentence) {
    this(code, kind, Event.NONE, sentence);
  }

  Reason(String code, Kind kind, Event event, String sentence) {
    this(code, kind, event, sentence, Wording.PROBLEM);
  }

  /** No surprise, with what to do about it. */
  Reason(String code, Kind kind, String sentence, String remedy) {
    this(code, kind, Event.NONE, sentence, remedy);
  }

  Reason(String code, Kind kind, Event event, String sentence, String remedy) {
    this(code, kind, event, sentence, Wording.PROBLEM, remedy);
  }

  /** A surprise. */
  Reason(String code, String sentence, Wording wording) {
    this(code, Event.WARNING, sentence, wording);
  }

  /** A surprise, with another Event than those of its kind. */
  Reason(String code, Event event, String sentence, Wording wording) {
    this(code, Kind.SURPRISE, event, sentence, wording);
  }

  Reason(String code, Kind kind, Event event, String sentence, Wording wording) {
    this(code, kind, event, sentence, wording, wording.remedy());
  }

  Reason(String code, Kind kind, Event event, String sentence, Wording wording, String remedy) {
    this.remedy = remedy;
    this.code = code;
    this.kind = kind;
    this.event = event;
    this.sentence = sentence;
    this.wording = wording;
  }

  /** The stable code: metric label, log value. */
  public String code() {
    return code;
  }

  /** What this reason is about. */
  public Kind kind() {
    return kind;
  }

  /** Whether it is what was decided for a container; some surprises are that as well. */
  public boolean decidesContainer() {
    return kind == Kind.CONTAINER
        || this == MOUNT_PATH_TAKEN
        || this == CONTAINER_PARTLY_CONFIGURED
        || this == VARIABLE_NOT_COPIED;
  }

  /** Which Event tells of it. */
  public Event event() {
    return event;
  }

  /** The reason of its Event, such as {@code RoleArnMalformed}. */
  public String eventReason() {
    StringBuilder camelCase = new StringBuilder(code.length());
    for (int i = 0; i < code.length(); i++) {
      char character = code.charAt(i);
      if (character != '_') {
        boolean begins = i == 0 || code.charAt(i - 1) == '_';
        camelCase.append(begins ? Character.toUpperCase(character) : character);
      }
    }
    return camelCase.toString();
  }

  /** What it means, for people. */
  public String sentence() {
    return sentence;
  }

  /** What to do, in the imperative; empty where nothing is to be done. */
  public String remedy() {
    return remedy;
  }

  /** How a finding with this reason is put. */
  Wording wording() {
    return wording;
  }
}
