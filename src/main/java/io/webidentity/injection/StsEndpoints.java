package io.webidentity.injection;

/** Which STS endpoints SDKs are told to use. */
public enum StsEndpoints {
  /** What the SDK does by itself; nothing is injected. */
  SDK_DEFAULT,
  /** {@code AWS_STS_REGIONAL_ENDPOINTS=regional}. */
  REGIONAL
}
