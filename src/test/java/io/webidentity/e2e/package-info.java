/**
 * The product's promise from end to end, nothing faked on the way: the webhook's image in a real
 * cluster, pods that run, a real STS and object store, and the clients that people use.
 */
@NullMarked
package io.webidentity.e2e;

import org.jspecify.annotations.NullMarked;
