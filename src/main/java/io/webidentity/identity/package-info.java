/**
 * Where identities come from: ServiceAccounts of a cluster or of manifests, and the resolver that
 * makes an identity of them.
 */
@NullMarked
package io.webidentity.identity;

import org.jspecify.annotations.NullMarked;
