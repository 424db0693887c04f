/**
 * The commands that read a cluster: why a pod is as it is ({@code explain}), which pods lack what
 * they should have ({@code audit}), whether the installation works ({@code doctor}). They change
 * nothing, and the server loads none of them.
 */
@NullMarked
package io.webidentity.cli.cluster;

import org.jspecify.annotations.NullMarked;
