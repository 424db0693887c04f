/**
 * The role policy in force: read from a file or a ConfigMap, with the Namespaces its rules select.
 */
@NullMarked
package io.webidentity.rolepolicy;

import org.jspecify.annotations.NullMarked;
