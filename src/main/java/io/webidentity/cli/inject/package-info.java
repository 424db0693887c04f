/** The command webhook inject: manifests in, manifests with credentials out. */
@NullMarked
package io.webidentity.cli.inject;

import org.jspecify.annotations.NullMarked;
