/** The command line: the program, and its sub-commands. */
@NullMarked
package io.webidentity.cli;

import org.jspecify.annotations.NullMarked;
