package io.webidentity.account;

/** A part of a Namespace that is kept where it is asked for. */
public enum NamespacePart {
  /** The annotations that are defaults for its ServiceAccounts. */
  DEFAULTS,
  /** Its labels. */
  LABELS,
  /** Its annotations of kube2iam's and kiam's kind. */
  ROLE_ANNOTATIONS
}
