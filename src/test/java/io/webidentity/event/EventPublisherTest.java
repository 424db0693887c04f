package io.webidentity.event;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.webidentity.event.FakeEventStore.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class EventPublisherTest {
  private static final EventSubject ACCOUNT = EventSubject.serviceAccount("shop", "orders");
  private static final EventSubject REPLICA_SET =
      new EventSubject("apps/v1", "ReplicaSet", "shop", "web-1", Optional.of("u-web-1"));

  private final AtomicLong nanos = new AtomicLong();
  private final FakeEventStore store = new FakeEventStore().account("orders", "u-orders");
  private final EventPublisher publisher = publisher(() -> {});

  @Test
  void an_event_has_the_uid_of_its_object_read_for_an_account_and_given_for_an_owner() {
    publish(publisher, notice(ACCOUNT), notice(REPLICA_SET));

    assertThat(store.events())
        .extracting(stored -> stored.draft().subjectUid())
        .containsExactly("u-orders", "u-web-1");
    assertThat(store.requests()).containsExactly("uid", "create", "create");
    assertThat(publisher.counts().of(EventResult.WRITTEN)).isEqualTo(2);
  }

  @Test
  void names_are_names_of_objects_and_differ_where_what_is_told_differs() {
    publish(
        publisher,
        notice(ACCOUNT),
        notice(REPLICA_SET),
        new EventNotice(ACCOUNT, EventNotice.Type.WARNING, "Reason", "another note"));

    assertThat(store.events())
        .extracting(stored -> stored.draft().name())
        .doesNotHaveDuplicates()
        .hasSize(3)
        .allMatch(name -> name.matches("web-identity-webhook\\.[0-9a-f]{32}"));
  }

  @Test
  void repeated_ones_are_added_to_the_count() {
    publish(publisher, notice(ACCOUNT), notice(ACCOUNT), notice(ACCOUNT));
    assertThat(store.events()).extracting(Stored::count).containsExactly(3);

    publisher.offer(notice(ACCOUNT));
    pass(EventWindows.WINDOW);
    publisher.writeAll();

    assertThat(store.events()).extracting(Stored::count).containsExactly(4);
    assertThat(publisher.counts().of(EventResult.DEDUPLICATED)).isEqualTo(3);
    assertThat(publisher.counts().of(EventResult.WRITTEN)).isEqualTo(2);
  }

  @Test
  void replicas_share_an_event_and_add_up() {
    try (EventPublisher other = publisher(() -> {})) {
      publish(publisher, notice(ACCOUNT));
      publish(other, notice(ACCOUNT), notice(ACCOUNT));

      assertThat(store.events()).extracting(Stored::count).containsExactly(3);
      assertThat(other.counts().of(EventResult.WRITTEN)).isEqualTo(1);
    }
  }

  @Test
  void one_who_was_too_late_counts_on_from_what_is_there() {
    publish(publisher, notice(ACCOUNT));
    store.changeByOthers(2);

    publisher.offer(notice(ACCOUNT));
    pass(EventWindows.WINDOW);
    publisher.writeAll();

    assertThat(store.events()).extracting(Stored::count).containsExactly(4);
  }

  @Test
  void one_who_is_always_too_late_gives_up() {
    publish(publisher, notice(ACCOUNT));
    store.changeByOthers(Integer.MAX_VALUE);

    publisher.offer(notice(ACCOUNT));
    pass(EventWindows.WINDOW);
    publisher.writeAll();

    assertThat(publisher.counts().of(EventResult.FAILED)).isEqualTo(1);
    assertThat(store.requests()).hasSizeLessThan(15);
  }

  @Test
  void an_event_that_has_run_out_is_made_again() {
    publish(publisher, notice(ACCOUNT));
    store.expire();

    publisher.offer(notice(ACCOUNT));
    pass(EventWindows.WINDOW);
    publisher.writeAll();

    assertThat(store.events()).extracting(Stored::count).containsExactly(1);
  }

  @Test
  void nothing_is_told_of_an_account_that_is_gone() {
    publish(publisher, notice(EventSubject.serviceAccount("shop", "gone")));

    assertThat(store.events()).isEmpty();
    assertThat(publisher.counts().of(EventResult.DROPPED)).isEqualTo(1);
  }

  @Test
  void failures_are_counted_said_once_in_a_while_and_not_tried_again() {
    ListAppender<ILoggingEvent> said = listen();
    store.fail("not allowed");

    publish(publisher, notice(ACCOUNT), notice(REPLICA_SET));
    pass(EventWindows.WINDOW);
    publisher.writeAll();

    assertThat(store.requests()).containsExactly("uid", "create");
    assertThat(publisher.counts().of(EventResult.FAILED)).isEqualTo(2);
    assertThat(said.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .singleElement()
        .asString()
        .startsWith("an Event could not be written (not allowed); 1 have failed so far");

    pass(Duration.ofMinutes(10));
    publish(publisher, notice(ACCOUNT));
    assertThat(said.list).hasSize(2);
  }

  @Test
  void once_started_it_writes_by_itself_and_ends_with_its_client() {
    AtomicBoolean closed = new AtomicBoolean();
    try (EventPublisher started = publisher(() -> closed.set(true))) {
      started.start();
      started.offer(notice(ACCOUNT));
      Awaitility.await().until(() -> store.events().size() == 1);

      started.offer(notice(REPLICA_SET));
      Awaitility.await().until(() -> store.events().size() == 2);
    }
    assertThat(closed).isTrue();
  }

  @Test
  void a_stop_writes_what_is_left_with_the_repetitions_of_open_windows() {
    EventPublisher started = publisher(() -> {});
    started.start();
    started.offer(notice(ACCOUNT));
    Awaitility.await().until(() -> store.events().size() == 1);
    started.offer(notice(ACCOUNT));
    started.offer(notice(ACCOUNT));
    started.offer(notice(REPLICA_SET));

    started.close();

    assertThat(store.events()).extracting(Stored::count).containsExactlyInAnyOrder(3, 1);
  }

  private EventPublisher publisher(AutoCloseable client) {
    return new EventPublisher(
        store, () -> Instant.EPOCH.plusNanos(nanos.get()), nanos::get, client);
  }

  private static void publish(EventPublisher publisher, EventNotice... notices) {
    List.of(notices).forEach(publisher::offer);
    publisher.writeAll();
  }

  private static ListAppender<ILoggingEvent> listen() {
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    appender.start();
    Logger logger = (Logger) LoggerFactory.getLogger(EventPublisher.class);
    logger.setLevel(Level.WARN);
    logger.setAdditive(false);
    logger.addAppender(appender);
    return appender;
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static EventNotice notice(EventSubject subject) {
    return new EventNotice(subject, EventNotice.Type.WARNING, "Reason", "note");
  }
}
