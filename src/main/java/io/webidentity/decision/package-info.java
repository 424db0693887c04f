/** What is to be done with a pod, whoever asks: the server, {@code inject}, the warm-up. */
@NullMarked
package io.webidentity.decision;

import org.jspecify.annotations.NullMarked;
