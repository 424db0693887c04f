/**
 * Which running pods have something else than they would get today, and why: for {@code explain},
 * {@code audit}, and for the server, which looks at intervals where it is asked to.
 */
@NullMarked
package io.webidentity.audit;

import org.jspecify.annotations.NullMarked;
