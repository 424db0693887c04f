package io.webidentity.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a client is read from that does not take its answers. */
final class UnreadAnswersHandlerTest {
  private int reads;
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new ChannelOutboundHandlerAdapter() {
            @Override
            public void read(ChannelHandlerContext ctx) {
              reads++;
              ctx.read();
            }
          },
          new UnreadAnswersHandler(new ConnectionMemory(1_000).connection()));

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void it_is_not_read_from_until_it_has_taken_them() {
    setWritable(false);
    reads = 0;
    channel.pipeline().read();
    channel.pipeline().read();
    assertThat(reads).isZero();

    setWritable(true);
    assertThat(reads).isOne();

    channel.pipeline().read();
    assertThat(reads).isEqualTo(2);
  }

  @Test
  void nothing_is_read_that_nobody_asked_for() {
    setWritable(false);
    reads = 0;
    setWritable(true);

    assertThat(reads).isZero();
  }

  private void setWritable(boolean writable) {
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
    channel.runPendingTasks();
  }
}
