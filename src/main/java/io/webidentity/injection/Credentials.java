package io.webidentity.injection;

import io.webidentity.aws.RoleArn;

/** What SDKs are told to exchange the pod's token for, and where. */
public sealed interface Credentials {
  /**
   * Web identity: credentials of a role, from STS.
   *
   * @param role the IAM role
   */
  record WebIdentity(RoleArn role) implements Credentials {}

  /**
   * Container credentials (<a
   * href="https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html">EKS Pod
   * Identity</a>): those of whatever role an agent on the node has for the pod's account.
   */
  record Container() implements Credentials {}
}
