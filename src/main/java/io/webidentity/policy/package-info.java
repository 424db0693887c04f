/**
 * PURE: who may use which role: the role policy, its patterns, and the verdict on an identity. It
 * knows neither files nor Kubernetes' API client; whoever asks brings the Namespace.
 */
@NullMarked
package io.webidentity.policy;

import org.jspecify.annotations.NullMarked;
