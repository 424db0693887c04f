/** Holds the documentation to the code. */
@NullMarked
package io.webidentity.documentation;

import org.jspecify.annotations.NullMarked;
