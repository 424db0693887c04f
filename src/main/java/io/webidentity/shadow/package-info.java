/**
 * Shadow mode: the same review asked of another webhook, and the pods compared that would result
 * from both answers.
 */
@NullMarked
package io.webidentity.shadow;

import org.jspecify.annotations.NullMarked;
