/**
 * The way to the API server: client, list and watch, live look-ups, error texts. This package knows
 * no pod.
 */
@NullMarked
package io.webidentity.kubernetes;

import org.jspecify.annotations.NullMarked;
