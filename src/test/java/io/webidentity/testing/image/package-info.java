/** Container images of the tests, made of files, without an engine and without a registry. */
@NullMarked
package io.webidentity.testing.image;

import org.jspecify.annotations.NullMarked;
