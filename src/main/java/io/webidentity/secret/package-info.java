/** Texts that never show themselves. */
@org.jspecify.annotations.NullMarked
package io.webidentity.secret;
