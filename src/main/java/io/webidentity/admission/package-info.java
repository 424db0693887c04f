/**
 * The admission endpoint: reads an AdmissionReview, asks who the pod is and what it needs, writes
 * the answer.
 */
@NullMarked
package io.webidentity.admission;

import org.jspecify.annotations.NullMarked;
