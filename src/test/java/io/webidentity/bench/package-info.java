/**
 * Benchmarks, run by {@code make bench}: what a request costs, how long it takes, what memory it
 * needs.
 */
@NullMarked
package io.webidentity.bench;

import org.jspecify.annotations.NullMarked;
