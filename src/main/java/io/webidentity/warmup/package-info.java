/**
 * The warm-up before the server is ready: reviews of its own, asked over TLS at its own port, so
 * that the first real one is not the slow one. Knows what accounts its reviews are of; reaches
 * nothing outside of the process.
 */
@NullMarked
package io.webidentity.warmup;

import org.jspecify.annotations.NullMarked;
