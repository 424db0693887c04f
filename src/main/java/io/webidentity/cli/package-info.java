/**
 * The command line: flags and environment become settings, and the parts are wired together;
 * nothing is wired elsewhere.
 */
@NullMarked
package io.webidentity.cli;

import org.jspecify.annotations.NullMarked;
