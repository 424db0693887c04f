package io.webidentity.admission;

import io.webidentity.injection.EphemeralContainers;
import io.webidentity.injection.Pod;

/**
 * What an AdmissionReview asks.
 *
 * @param header what the answer echoes
 * @param subject what the review is about
 */
public record Review(Header header, Subject subject) {
  /**
   * What every answer echoes.
   *
   * @param apiVersion {@code admission.k8s.io/v1} or {@code admission.k8s.io/v1beta1}
   * @param uid the request's UID
   */
  public record Header(String apiVersion, String uid) {}

  /** What a review is about. */
  public sealed interface Subject {
    /** A pod whose containers may be given credentials. */
    sealed interface OfPod extends Subject {
      /** The request's namespace, not empty. */
      String namespace();

      /** What matters of the pod. */
      Pod pod();
    }

    /**
     * A pod is being created.
     *
     * @param dryRun whether the pod is only being tried, so that nothing may come of it but the
     *     answer
     */
    record PodCreation(String namespace, Pod pod, boolean dryRun) implements OfPod {}

    /**
     * Ephemeral containers are added to a running pod.
     *
     * @param added what is added, and to which pod
     */
    record PodDebugging(String namespace, EphemeralContainers added) implements OfPod {
      @Override
      public Pod pod() {
        return added.pod();
      }
    }

    /**
     * Anything else: it is none of this webhook's business.
     *
     * @param description operation, kind and subresource, for logs
     */
    record Other(String description) implements Subject {}
  }
}
