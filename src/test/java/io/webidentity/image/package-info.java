/**
 * The container image: what {@code make image} runs beside shell scripts, and the image's tests.
 */
@NullMarked
package io.webidentity.image;

import org.jspecify.annotations.NullMarked;
