package io.webidentity.policy;

/**
 * One rule: what pods of some Namespaces may have.
 *
 * @param name what messages call it
 * @param scope the Namespaces
 * @param permissions what their pods may have
 */
public record PolicyRule(String name, NamespaceScope scope, Permissions permissions) {}
