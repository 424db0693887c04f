package io.webidentity.policy;

/** What of an identity a policy does not allow; in the order in which they are looked at. */
public enum Aspect {
  /** The role. */
  ROLE,
  /** The audience of the token, with a role that is allowed. */
  AUDIENCE,
  /** The STS server, with a role and an audience that are allowed. */
  STS_ENDPOINT
}
