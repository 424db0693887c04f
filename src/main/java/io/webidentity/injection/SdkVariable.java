package io.webidentity.injection;

import java.util.Optional;

/** Environment variables of the AWS SDKs that decide what a container is given. */
public enum SdkVariable {
  STS_REGIONAL_ENDPOINTS("AWS_STS_REGIONAL_ENDPOINTS"),
  DEFAULT_REGION("AWS_DEFAULT_REGION"),
  REGION("AWS_REGION"),
  ROLE_ARN("AWS_ROLE_ARN"),
  WEB_IDENTITY_TOKEN_FILE("AWS_WEB_IDENTITY_TOKEN_FILE"),
  CONTAINER_CREDENTIALS_FULL_URI("AWS_CONTAINER_CREDENTIALS_FULL_URI"),
  CONTAINER_AUTHORIZATION_TOKEN_FILE("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
  ROLE_SESSION_NAME("AWS_ROLE_SESSION_NAME"),
  ENDPOINT_URL_STS("AWS_ENDPOINT_URL_STS"),
  ENDPOINT_URL("AWS_ENDPOINT_URL");

  /** What all their names begin with. */
  static final String COMMON_PREFIX = "AWS_";

  private final String variableName;

  SdkVariable(String variableName) {
    this.variableName = variableName;
  }

  /** The variable's name in the environment. */
  public String variableName() {
    return variableName;
  }

  /** The variable of this name; empty if the name decides nothing. */
  static Optional<SdkVariable> named(String variableName) {
    return switch (variableName) {
      case "AWS_STS_REGIONAL_ENDPOINTS" -> Optional.of(STS_REGIONAL_ENDPOINTS);
      case "AWS_DEFAULT_REGION" -> Optional.of(DEFAULT_REGION);
      case "AWS_REGION" -> Optional.of(REGION);
      case "AWS_ROLE_ARN" -> Optional.of(ROLE_ARN);
      case "AWS_WEB_IDENTITY_TOKEN_FILE" -> Optional.of(WEB_IDENTITY_TOKEN_FILE);
      case "AWS_CONTAINER_CREDENTIALS_FULL_URI" -> Optional.of(CONTAINER_CREDENTIALS_FULL_URI);
      case "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE" ->
          Optional.of(CONTAINER_AUTHORIZATION_TOKEN_FILE);
      case "AWS_ROLE_SESSION_NAME" -> Optional.of(ROLE_SESSION_NAME);
      case "AWS_ENDPOINT_URL_STS" -> Optional.of(ENDPOINT_URL_STS);
      case "AWS_ENDPOINT_URL" -> Optional.of(ENDPOINT_URL);
      default -> Optional.empty();
    };
  }
}
