package io.webidentity.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webidentity.testing.Faults;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventLoopTest {
  private final Faults faults = new Faults();

  @ParameterizedTest
  @MethodSource("io.webidentity.testing.Faults#all")
  void whatever_is_thrown_when_an_event_is_written_the_next_one_is_written(Throwable fault) {
    FakeEventStore store = new FakeEventStore().account("second", "u-second");
    EventStore failing = faults.proxy(EventStore.class);
    try (EventPublisher publisher =
        new EventPublisher(
            new FirstThen(failing, store), InstantSource.system(), System::nanoTime, () -> {})) {
      faults.throwNext(fault);
      publisher.start();
      publisher.offer(notice("first"));
      await().until(() -> publisher.counts().of(EventResult.FAILED) == 1);

      publisher.offer(notice("second"));
      await().until(() -> publisher.counts().of(EventResult.WRITTEN) == 1);

      assertThat(faults.thrown()).isEqualTo(1);
      assertThat(publisher.looks().errors()).isEqualTo(1);
    }
  }

  private static EventNotice notice(String account) {
    return new EventNotice(
        EventSubject.serviceAccount("shop", account), EventNotice.Type.WARNING, "Reason", "note");
  }

  /** Asks one store about the account {@code first}, another one about all others. */
  private record FirstThen(EventStore ofFirst, EventStore ofOthers) implements EventStore {
    @Override
    public Optional<String> uid(EventSubject account) throws EventStoreException {
      return (account.name().equals("first") ? ofFirst : ofOthers).uid(account);
    }

    @Override
    public boolean create(Draft draft) throws EventStoreException {
      return ofOthers.create(draft);
    }

    @Override
    public Optional<Tally> tally(Draft draft) throws EventStoreException {
      return ofOthers.tally(draft);
    }

    @Override
    public boolean recount(Draft draft, Tally before, int count) throws EventStoreException {
      return ofOthers.recount(draft, before, count);
    }
  }
}
