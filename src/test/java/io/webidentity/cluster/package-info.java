/** The webhook as its users meet it: called by a real API server for the pods that they create. */
@NullMarked
package io.webidentity.cluster;

import org.jspecify.annotations.NullMarked;
