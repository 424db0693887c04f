/**
 * ServiceAccounts and Namespaces with the annotations that decide: of a cluster or of manifests.
 */
@NullMarked
package io.webidentity.account;

import org.jspecify.annotations.NullMarked;
