/** {@code make demo}: the real server, a real AdmissionReview, the pod before and after. */
@NullMarked
package io.webidentity.demo;

import org.jspecify.annotations.NullMarked;
