/** Words as people write them. */
@NullMarked
package io.webidentity.text;

import org.jspecify.annotations.NullMarked;
