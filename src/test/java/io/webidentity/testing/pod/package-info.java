/** Pods and AdmissionReviews: recorded, generated and hostile ones. */
@NullMarked
package io.webidentity.testing.pod;

import org.jspecify.annotations.NullMarked;
