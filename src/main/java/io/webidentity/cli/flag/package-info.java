/**
 * The language of the command line: flags, their values, environment variables, help and errors.
 */
@NullMarked
package io.webidentity.cli.flag;

import org.jspecify.annotations.NullMarked;
