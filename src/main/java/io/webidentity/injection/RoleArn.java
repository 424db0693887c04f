package io.webidentity.injection;

/**
 * The ARN of an IAM role, without blanks around it; not necessarily well formed.
 *
 * @param value the ARN, not empty
 */
public record RoleArn(String value) {}
