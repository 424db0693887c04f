/**
 * Kubernetes manifests as people write them: YAML and JSON texts that are read as data and changed
 * in place, so that what is not changed stays byte for byte.
 */
@NullMarked
package io.webidentity.manifest;

import org.jspecify.annotations.NullMarked;
