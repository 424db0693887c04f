/** Tests of {@code .mvn}, the scripts that find the build's tools and run it. */
@NullMarked
package io.webidentity.build;

import org.jspecify.annotations.NullMarked;
