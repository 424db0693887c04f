/**
 * The pure core: which identity a pod has been given, which of its containers need what, and why;
 * it knows neither HTTP nor Kubernetes' API client, neither files nor clocks.
 */
@NullMarked
package io.webidentity.injection;

import org.jspecify.annotations.NullMarked;
