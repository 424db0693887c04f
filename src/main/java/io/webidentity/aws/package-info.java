/**
 * Values of AWS as types: role ARNs, partitions, Regions and endpoint URLs. Each type refuses what
 * AWS refuses.
 */
@NullMarked
package io.webidentity.aws;

import org.jspecify.annotations.NullMarked;
