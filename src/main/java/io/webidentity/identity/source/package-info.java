/** Where roles come from beside annotations: a ConfigMap, a file, the instance metadata service. */
@NullMarked
package io.webidentity.identity.source;

import org.jspecify.annotations.NullMarked;
