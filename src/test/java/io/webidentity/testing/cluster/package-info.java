/** The real Kubernetes cluster that tests run against, and ways to disturb its API server. */
@NullMarked
package io.webidentity.testing.cluster;

import org.jspecify.annotations.NullMarked;
