/**
 * Where the serving certificate comes from: files or a certificate made at start; PEM in and out.
 */
@NullMarked
package io.webidentity.certificate;

import org.jspecify.annotations.NullMarked;
