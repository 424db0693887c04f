/**
 * What tests stand on: the real Kubernetes cluster they run against, ways to disturb its API
 * server, generators of pods.
 */
@NullMarked
package io.webidentity.testing;

import org.jspecify.annotations.NullMarked;
