/**
 * JSON Patch (RFC 6902) as values: operations, JSON pointers (RFC 6901) and the JSON they carry.
 */
@NullMarked
package io.webidentity.jsonpatch;

import org.jspecify.annotations.NullMarked;
