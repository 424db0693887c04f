/** Kubernetes Events about decisions: counted, bounded in number, written to the API server. */
@NullMarked
package io.webidentity.event;

import org.jspecify.annotations.NullMarked;
