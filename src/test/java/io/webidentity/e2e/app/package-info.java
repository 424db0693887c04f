/**
 * The application of the end-to-end tests, as it runs in their pods: a program that knows the name
 * of its bucket, and nothing of endpoints, regions, roles or tokens. It uses the AWS SDK and the
 * JDK only; other packages are not in its image.
 */
@NullMarked
package io.webidentity.e2e.app;

import org.jspecify.annotations.NullMarked;
