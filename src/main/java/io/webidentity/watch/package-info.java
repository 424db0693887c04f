/** Looking again and again at what may change, without giving up and without repeating itself. */
@NullMarked
package io.webidentity.watch;

import org.jspecify.annotations.NullMarked;
