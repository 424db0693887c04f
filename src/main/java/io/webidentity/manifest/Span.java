package io.webidentity.manifest;

/**
 * Where a value stands in the text.
 *
 * @param from offset where it begins, its anchor and tag included
 * @param start offset where the value itself begins
 * @param end offset behind its last character; comments and blank lines behind it are not part of
 *     it
 * @param line line of {@code from}, from 0
 * @param column column of the value, from 0: for a block collection that of its keys or dashes, for
 *     a flow collection that of its bracket
 */
record Span(int from, int start, int end, int line, int column) {}
