/**
 * What HTTP clients may do on a connection, whatever they ask for: RFC 9112, deadlines for those
 * who send slowly, a bound on connections, and errors in plain text.
 */
@NullMarked
package io.webidentity.http;

import org.jspecify.annotations.NullMarked;
