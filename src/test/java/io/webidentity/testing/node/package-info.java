/**
 * A whole single-node Kubernetes: control plane, scheduler, kubelet, containerd and pod network in
 * namespaces of their own, for tests whose pods must run.
 */
@NullMarked
package io.webidentity.testing.node;

import org.jspecify.annotations.NullMarked;
