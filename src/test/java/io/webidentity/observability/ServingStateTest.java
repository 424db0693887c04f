package io.webidentity.observability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ServingStateTest {
  private final AtomicBoolean accountsRead = new AtomicBoolean(true);
  private final ServingState state =
      new ServingState(Map.of("accounts are not read", accountsRead::get));

  @Test
  void a_server_is_not_ready_before_every_port_is_open() {
    assertThat(state.missing()).containsExactly("not all ports are open yet");

    state.listening();

    assertThat(state.missing()).isEmpty();
  }

  @Test
  void what_does_not_hold_is_told() {
    state.listening();
    accountsRead.set(false);

    assertThat(state.missing()).containsExactly("accounts are not read");
  }

  @Test
  void a_draining_server_is_not_ready() {
    state.listening();

    state.drain();

    assertThat(state.missing()).containsExactly("the server is stopping");
  }
}
