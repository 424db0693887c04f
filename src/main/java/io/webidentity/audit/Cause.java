package io.webidentity.audit;

/**
 * Why a running pod has something else than it would get now.
 *
 * @param code which cause
 * @param sentence what speaks for it, with times and names
 */
public record Cause(Code code, String sentence) {
  /** What is to be done before pods are replaced. */
  public static final String LASTING = "Mend the cause first: a new pod would be like this one.";

  /** The causes that can be told from a cluster as it is now, with stable codes. */
  public enum Code {
    /** The pod is older than its ServiceAccount, which may have replaced an earlier one. */
    CREATED_BEFORE_SERVICE_ACCOUNT("created_before_service_account", true),
    /** The annotation that decides was last written after the pod was created. */
    CREATED_BEFORE_ANNOTATION("created_before_annotation", true),
    /** When the annotation was written is not to be seen: that may have been after the pod. */
    ANNOTATION_TIME_UNKNOWN("annotation_time_unknown", false),
    /** The API server calls no webhook of ours. */
    NO_WEBHOOK_CONFIGURATION("no_webhook_configuration", true),
    /** The configuration is younger than the pod. */
    CREATED_BEFORE_CONFIGURATION("created_before_configuration", true),
    /** No webhook of ours is called for pods of the Namespace. */
    NAMESPACE_NOT_SELECTED("namespace_not_selected", true),
    /** No webhook of ours is called for pods with such labels. */
    POD_NOT_SELECTED("pod_not_selected", true),
    /** Who called the webhook depends on conditions that nobody evaluates here. */
    CONDITIONS_UNKNOWN("conditions_unknown", false),
    /** The webhook only compares, and changes no pod. */
    SHADOW_MODE("shadow_mode", true),
    /** The API server may have got no answer, and have let the pod pass. */
    NO_ANSWER_IGNORED("no_answer_ignored", false),
    /** Flags, the role policy, the ConfigMap of roles or an annotation may have been others. */
    SETTINGS_CHANGED("settings_changed", false),
    /** What would tell cannot be read. */
    NOT_READABLE("not_readable", false);

    private final String code;
    private final boolean seen;

    Code(String code, boolean seen) {
      this.code = code;
      this.seen = seen;
    }

    /** The stable code, for programs. */
    public String code() {
      return code;
    }

    /** Whether the cluster shows it; otherwise it is what remains. */
    public boolean seen() {
      return seen;
    }

    /** Whether a new pod may be like the old one, as far as can be told. */
    boolean mayLast() {
      return lasts() || this == CONDITIONS_UNKNOWN || this == NOT_READABLE;
    }

    /** Whether a new pod would be like the old one. */
    public boolean lasts() {
      return this == NO_WEBHOOK_CONFIGURATION
          || this == SHADOW_MODE
          || this == NAMESPACE_NOT_SELECTED
          || this == POD_NOT_SELECTED;
    }
  }
}
