package io.webidentity.admission;

import io.webidentity.admission.Review.Subject.OfPod;
import io.webidentity.admission.Review.Subject.PodCreation;
import io.webidentity.event.EventNotice;
import io.webidentity.event.EventSubject;
import io.webidentity.injection.Decision;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Pod;
import io.webidentity.injection.Reason;
import io.webidentity.injection.Warnings;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Has Events tell of decisions, about the pod's ServiceAccount and about the object whose
 * controller made the pod: most pods are made by controllers, whose admission warnings nobody
 * reads. What is told is an attribute of {@link Reason}. A dry run has no Events, as it must have
 * no effects; nor have ephemeral containers, whose warnings are read.
 */
public final class PodEvents {
  /** Nothing is told. */
  public static final PodEvents NONE = new PodEvents(Optional.empty());

  private final Optional<Consumer<EventNotice>> notices;

  private PodEvents(Optional<Consumer<EventNotice>> notices) {
    this.notices = notices;
  }

  /**
   * Tells by way of these notices.
   *
   * @param notices takes them without waiting
   */
  public static PodEvents to(Consumer<EventNotice> notices) {
    return new PodEvents(Optional.of(notices));
  }

  void decided(OfPod subject, Decision decision) {
    if (notices.isEmpty() || !(subject instanceof PodCreation creation) || creation.dryRun()) {
      return;
    }
    if (decision.reason().event() != Reason.Event.NONE) {
      tell(creation, Finding.saying(decision.reason(), decision.reason().sentence()));
    }
    decision.findings().stream()
        .limit(Warnings.MAX_WARNINGS)
        .forEach(finding -> tell(creation, finding));
  }

  void undecided(OfPod subject, Reason reason, String message) {
    if (notices.isPresent() && subject instanceof PodCreation creation && !creation.dryRun()) {
      tell(creation, Finding.undecided(reason, message));
    }
  }

  private void tell(PodCreation creation, Finding finding) {
    switch (finding.reason().event()) {
      case NONE -> {}
      case NORMAL -> tell(creation, EventNotice.Type.NORMAL, finding);
      case WARNING -> tell(creation, EventNotice.Type.WARNING, finding);
    }
  }

  private void tell(PodCreation creation, EventNotice.Type type, Finding finding) {
    for (EventSubject subject : subjects(creation)) {
      EventNotice notice =
          new EventNotice(subject, type, finding.reason().eventReason(), finding.message());
      notices.ifPresent(consumer -> consumer.accept(notice));
    }
  }

  private static List<EventSubject> subjects(PodCreation creation) {
    String namespace = creation.namespace();
    EventSubject account =
        EventSubject.serviceAccount(namespace, creation.pod().serviceAccountName());
    Pod.Owner owner = creation.pod().metadata().controller();
    Stream<EventSubject> controller =
        owner == null
            ? Stream.empty()
            : Stream.of(
                new EventSubject(
                    owner.apiVersion(),
                    owner.kind(),
                    namespace,
                    owner.name(),
                    Optional.of(owner.uid())));
    return Stream.concat(Stream.of(account), controller).filter(EventSubject::possible).toList();
  }
}
