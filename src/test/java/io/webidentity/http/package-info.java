@NullMarked
package io.webidentity.http;

import org.jspecify.annotations.NullMarked;
