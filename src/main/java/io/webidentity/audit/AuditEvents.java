package io.webidentity.audit;

import io.webidentity.event.EventNotice;
import io.webidentity.event.EventSubject;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Has Events report what an audit finds, about the object that a pod belongs to. Equal notes are
 * one Event, which counts the pods: no name of a pod is in them.
 *
 * @param notices takes them without waiting
 */
record AuditEvents(Consumer<EventNotice> notices) {
  /** Bytes, as names that are possible are ASCII; Events have room for 1,024. */
  private static final int MOST_OF_NOTE = 1_000;

  void differs(Difference pod) {
    report(
        pod,
        EventNotice.Type.WARNING,
        "CredentialsDiffer",
        "A pod of %s %s. Cause: %s. To see all such pods: webhook audit -n %s"
            .formatted(
                pod.owner().title(),
                pod.state().words(),
                pod.cause().code().code(),
                pod.namespace()));
  }

  void evicted(Difference pod) {
    report(
        pod,
        EventNotice.Type.NORMAL,
        "EvictedForCredentials",
        "The webhook evicted a pod, as it %s.".formatted(pod.state().words()));
  }

  private void report(Difference pod, EventNotice.Type type, String reason, String note) {
    Owner owner = pod.owner();
    EventSubject subject =
        new EventSubject(
            owner.apiVersion(),
            owner.kind(),
            pod.namespace(),
            owner.name(),
            Optional.of(owner.uid()));
    if (subject.possible()) {
      String shortened = note.substring(0, Math.min(note.length(), MOST_OF_NOTE));
      notices.accept(new EventNotice(subject, type, reason, shortened));
    }
  }
}
