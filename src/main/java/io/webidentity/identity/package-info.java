/**
 * Who a pod is: the resolver that makes an identity of a ServiceAccount and of all settings, and
 * the guard that holds the role policy against it.
 */
@NullMarked
package io.webidentity.identity;

import org.jspecify.annotations.NullMarked;
