package io.webidentity.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which bodies are given up, and which bytes count. */
final class ConnectionMemoryTest {
  private final ConnectionMemory bodies = new ConnectionMemory(100);
  private final List<String> givenUp = new ArrayList<>();

  @Test
  void the_one_that_began_first_goes_however_little_it_has() {
    hold(bodies.connection(), 10, "first");
    ConnectionMemory.Connection second = bodies.connection();
    hold(second, 50, "second");
    hold(bodies.connection(), 40, "third");
    assertThat(givenUp).isEmpty();

    hold(second, 51, "second");

    assertThat(givenUp).containsExactly("first");
  }

  @Test
  void as_many_go_as_there_must() {
    hold(bodies.connection(), 10, "first");
    hold(bodies.connection(), 10, "second");
    hold(bodies.connection(), 10, "third");

    hold(bodies.connection(), 85, "large");

    assertThat(givenUp).containsExactly("first", "second");
  }

  @Test
  void one_alone_may_have_as_much_as_the_largest_body() {
    ConnectionMemory.Connection alone = bodies.connection();
    hold(alone, MutateEndpoint.MAX_BODY_BYTES, "alone");
    assertThat(givenUp).isEmpty();

    hold(alone, MutateEndpoint.MAX_BODY_BYTES + 1, "alone");
    assertThat(givenUp).containsExactly("alone");
  }

  @Test
  void what_is_released_does_not_count() {
    ConnectionMemory.Connection released = bodies.connection();
    hold(released, 60, "released");
    released.release();
    released.release();

    hold(bodies.connection(), 50, "second");
    hold(bodies.connection(), 50, "third");

    assertThat(givenUp).isEmpty();
  }

  @Test
  void a_body_that_was_given_up_goes_on_for_a_moment_without_a_place_of_its_own() {
    ConnectionMemory.Connection slow = bodies.connection();
    hold(slow, 60, "slow");
    hold(bodies.connection(), 60, "second");
    assertThat(givenUp).containsExactly("slow");

    hold(slow, 70, "slow");
    assertThat(givenUp).containsExactly("slow");

    slow.release();
    hold(slow, 70, "next body");
    assertThat(givenUp).containsExactly("slow", "second");
  }

  private void hold(ConnectionMemory.Connection connection, int bytes, String name) {
    connection.hold(bytes, () -> givenUp.add(name));
  }
}
