package io.webidentity.injection;

import io.webidentity.aws.EndpointUrl;
import java.util.List;

/**
 * A surprise, as data. {@link Reason} words them.
 *
 * @param reason what was found
 * @param wording how the sentence is put
 * @param subject what it is about
 * @param key the annotation's key or the variable's name; empty where the subject says it all
 * @param value what was found there, verbatim but for passwords; empty where there is none
 * @param context what else the sentence names, such as the value that is used instead
 */
public record Finding(
    Reason reason,
    Wording wording,
    Subject subject,
    String key,
    String value,
    List<String> context) {
  /** The same reason, where no variable is of use without the one that is missing. */
  private static final Wording CREDENTIALS_NOT_COPIED =
      new Wording(
          "Ephemeral container \"{name}\" got no credentials, as container \"{0}\" has the value of "
              + "{key} from elsewhere",
          "name another with kubectl debug --target");

  private static final Wording MALFORMED_REVIEW =
      new Wording(new MessageTemplate("malformed AdmissionReview: {0}"), "");

  private static final Wording UNDECIDED =
      new Wording(
          new MessageTemplate("{0} The API server asks again, then its failurePolicy decides."),
          "");

  /**
   * What a finding is about.
   *
   * @param kind a noun of Kubernetes', such as {@code ServiceAccount annotation}
   * @param name its name; empty where the pod's own account, Namespace or annotations are meant
   */
  public record Subject(String kind, String name) {}

  public Finding {
    context = List.copyOf(context);
  }

  /**
   * Something about an annotation. Of a URL, user information is left out: it may be a password,
   * and findings are logged.
   *
   * @param context what is used instead, for reasons that name it
   */
  public static Finding of(Reason reason, Annotation annotation, String... context) {
    return of(
        reason,
        new Subject(annotation.holder().noun(), ""),
        annotation.key(),
        reason == Reason.ENDPOINT_URL_INVALID
            ? EndpointUrl.withoutUserInformation(annotation.value())
            : annotation.value(),
        context);
  }

  /**
   * A sentence that is there already.
   *
   * @param sentence without anything that users wrote, as it is neither escaped nor cut
   */
  public static Finding saying(Reason reason, String sentence) {
    return new Finding(
        reason,
        new Wording(new MessageTemplate(sentence), ""),
        new Subject("Pod", ""),
        "",
        "",
        List.of());
  }

  /** An account that could not be read, whose role is therefore that of a map's entry. */
  public static Finding serviceAccountUnknown(String account, String entry) {
    return of(
        Reason.SERVICE_ACCOUNT_UNKNOWN, new Subject("ServiceAccount", account), "", "", entry);
  }

  /** A ConfigMap of roles that may have had one for the account. */
  public static Finding roleMapBroken(String configMap, String problem) {
    return of(Reason.ROLE_MAP_BROKEN, new Subject("ConfigMap", configMap), "", "", problem);
  }

  /**
   * What a role policy does not allow.
   *
   * @param kind what of the identity, such as {@code Role}
   * @param because a clause that says what decided
   * @param rejected whether the pod is not created
   */
  public static Finding denied(
      Reason reason,
      String kind,
      String value,
      String namespace,
      String because,
      boolean rejected) {
    return new Finding(
        reason,
        rejected ? Wording.REJECTED : reason.wording(),
        new Subject(kind, ""),
        "",
        value,
        List.of(namespace, because));
  }

  /**
   * A pod about which nothing could be decided.
   *
   * @param problem a sentence
   */
  public static Finding undecided(Reason reason, String problem) {
    return new Finding(reason, UNDECIDED, new Subject("Pod", ""), "", "", List.of(problem));
  }

  /** A request that is no AdmissionReview of ours; the problem may quote what its sender wrote. */
  public static Finding malformedReview(String problem) {
    return new Finding(
        Reason.MALFORMED_REVIEW,
        MALFORMED_REVIEW,
        new Subject("AdmissionReview", ""),
        "",
        "",
        List.of(problem));
  }

  /** A volume that has the token volume's name without being one; {@code used} is the new name. */
  static Finding volumeNameTaken(String taken, String used) {
    return of(Reason.VOLUME_NAME_TAKEN, new Subject("Volume", taken), "", "", used);
  }

  /** A mount of the token volume at another path than ours. */
  static Finding volumeMountedElsewhere(String container, String elsewhere, String mountPath) {
    return of(
        Reason.VOLUME_MOUNTED_ELSEWHERE,
        new Subject("Container", container),
        "",
        elsewhere,
        mountPath);
  }

  /** A mount or a device of a container at our path. */
  static Finding mountPathTaken(String container, Pod.Mount taker) {
    return of(
        Reason.MOUNT_PATH_TAKEN,
        new Subject("Container", container),
        "",
        taker.path(),
        taker.volume());
  }

  /** A container with one of the two variables of web identity. */
  static Finding partlyConfigured(String container, SdkVariable set, SdkVariable missing) {
    return of(
        Reason.CONTAINER_PARTLY_CONFIGURED,
        new Subject("Container", container),
        set.variableName(),
        "",
        missing.variableName());
  }

  /** A container with an access key beside the credentials that it was given. */
  static Finding accessKeyFirst(String container) {
    return of(
        Reason.ACCESS_KEY_FIRST, new Subject("Container", container), EnvReader.ACCESS_KEY_ID, "");
  }

  /** A role and a region that do not go together; the partitions are those of each. */
  public static Finding regionOfOtherPartition(
      String role, String partition, String region, String regionPartition) {
    return of(
        Reason.REGION_OF_OTHER_PARTITION,
        new Subject("Role", ""),
        "",
        role,
        partition,
        region,
        regionPartition);
  }

  /** A variable that an ephemeral container cannot have as the one it was to be copied from. */
  static Finding variableNotCopied(String container, SdkVariable variable, String source) {
    return of(
        Reason.VARIABLE_NOT_COPIED,
        new Subject("Container", container),
        variable.variableName(),
        "",
        source);
  }

  /** The same, of a variable without which the others are of no use. */
  static Finding credentialsNotCopied(String container, SdkVariable variable, String source) {
    return new Finding(
        Reason.VARIABLE_NOT_COPIED,
        CREDENTIALS_NOT_COPIED,
        new Subject("Container", container),
        variable.variableName(),
        "",
        List.of(source));
  }

  private static Finding of(
      Reason reason, Subject subject, String key, String value, String... context) {
    return new Finding(reason, reason.wording(), subject, key, value, List.of(context));
  }

  /**
   * One sentence that names what was found and the value, and says what to do; at most {@value
   * MessageTemplate#MAX_CHARACTERS} characters, none of them a control character.
   */
  public String message() {
    return wording.template().fill(this::value);
  }

  private String value(String place) {
    return switch (place) {
      case "kind" -> subject.kind();
      case "name" -> subject.name();
      case "key" -> key;
      case "value" -> value;
      default -> context.get(Integer.parseInt(place));
    };
  }

  /** What to do, in the imperative; empty where there is nothing. */
  public String remedy() {
    return wording.remedy();
  }
}
