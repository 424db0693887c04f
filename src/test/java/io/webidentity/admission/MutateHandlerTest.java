package io.webidentity.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.webidentity.identity.AccountKey;
import io.webidentity.identity.AccountLookup;
import io.webidentity.identity.Namespaces;
import io.webidentity.observability.ReferenceMetrics;
import io.webidentity.observability.ServingState;
import io.webidentity.testing.FakeServiceAccounts;
import io.webidentity.testing.ReviewHandlers;
import io.webidentity.testing.Reviews;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which requests are answered before the framework, in which order, and what becomes of buffers.
 */
final class MutateHandlerTest {
  private static final AccountKey KNOWN = new AccountKey("shop", "known");
  private static final AccountKey SLOW = new AccountKey("shop", "slow");

  private final CompletableFuture<AccountLookup> lookUp = new CompletableFuture<>();
  private final FakeServiceAccounts accounts =
      new FakeServiceAccounts()
          .know(KNOWN, "arn:aws:iam::111122223333:role/reports")
          .answer(SLOW, lookUp);
  private final ServingState state = new ServingState(Map.of());
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
  private final List<ByteBuf> contents = new ArrayList<>();
  private EmbeddedChannel channel = channel(new AdmissionGate(2, 1_000_000));

  @AfterEach
  void nothing_is_kept() {
    lookUp.complete(new AccountLookup.NotFound());
    channel.runPendingTasks();
    channel.finishAndReleaseAll();
    assertThat(contents).allSatisfy(content -> assertThat(content.refCnt()).isZero());
    assertThat(allocator.metric().usedHeapMemory()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  @Test
  void a_review_is_answered_and_not_passed_on() {
    send("/mutate?timeout=10s", review(KNOWN));

    FullHttpResponse response = answer();
    assertThat(response.status()).isEqualTo(HttpResponseStatus.OK);
    assertThat(text(response)).contains("\"patch\"");
    assertThat(response.headers().get(HttpHeaderNames.CONTENT_TYPE)).isEqualTo("application/json");
    assertThat(response.headers().get(HttpHeaderNames.DATE))
        .matches("\\w{3}, \\d{2} \\w{3} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT");
    assertThat(channel.<Object>readInbound()).isNull();
  }

  @Test
  void a_body_in_many_pieces_is_one() {
    sendInPieces(review(KNOWN));

    assertThat(text(answer())).contains("\"patch\"");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /mutate, content-type, application/json",
    "POST, /mutated, content-type, application/json",
    "POST, /, content-type, application/json",
    "POST, /mutate, transfer-encoding, chunked",
    "POST, /mutate, expect, 100-continue",
    "POST, /mutate, connection, close",
    "POST, /mutate, content-encoding, gzip",
    "POST, /mutate, upgrade, h2c",
    "POST, /mutate, content-length, 8388609",
    "POST, /mutate, content-length, 0",
    "POST, /mutate, content-length, -1",
    "POST, /mutate, content-length, 99999999999",
  })
  void what_is_unusual_goes_to_the_framework(
      String method, String path, String header, String value) {
    HttpRequest request = request(path, 2).setMethod(HttpMethod.valueOf(method));
    request.headers().set(header, value);
    send(request, "{}");

    assertThat(channel.<Object>readInbound()).isSameAs(request);
    DefaultLastHttpContent body = channel.readInbound();
    assertThat(body.release()).isTrue();
    assertThat(channel.<Object>readOutbound()).isNull();
  }

  @Test
  void a_review_behind_a_request_of_the_framework_is_the_frameworks_too() {
    HttpRequest health = request("/healthz", 0).setMethod(HttpMethod.GET);
    send(health, "");
    HttpRequest review = send("/mutate", review(KNOWN));

    assertThat(channel.inboundMessages()).contains(health, review);
    assertThat(channel.<Object>readOutbound()).isNull();

    channel.writeOutbound(emptyAnswer());
    channel.writeOutbound(emptyAnswer());
    channel.releaseOutbound();
    channel.releaseInbound();
    send("/mutate", review(KNOWN));
    assertThat(text(answer())).contains("\"patch\"");
  }

  @Test
  void requests_behind_one_that_waits_are_answered_after_it_in_their_order() {
    send("/mutate", review(SLOW));
    send("/mutate", review(KNOWN).replace("\"u-1\"", "\"u-2\""));
    send(request("/healthz", 0).setMethod(HttpMethod.GET), "");
    assertThat(channel.<Object>readOutbound()).isNull();

    lookUp.complete(new AccountLookup.NotFound());
    channel.runPendingTasks();

    assertThat(text(answer())).contains("\"u-1\"").doesNotContain("\"patch\"");
    assertThat(text(answer())).contains("\"u-2\"").contains("\"patch\"");
    assertThat(channel.<Object>readInbound()).isInstanceOf(HttpRequest.class);
  }

  @Test
  void beyond_the_gate_requests_are_refused_at_once_and_taken_again_when_there_is_room() {
    EmbeddedChannel first = channel;
    send("/mutate", review(SLOW));
    channel = channel(new AdmissionGate(0, 1_000_000));
    send("/mutate", review(KNOWN));

    FullHttpResponse refusal = answer();
    assertThat(refusal.status()).isEqualTo(HttpResponseStatus.SERVICE_UNAVAILABLE);
    assertThat(refusal.headers().get(HttpHeaderNames.RETRY_AFTER)).isEqualTo("1");
    assertThat(text(refusal)).contains("too many requests");
    channel.finishAndReleaseAll();
    channel = first;
  }

  @Test
  void a_small_body_of_many_parts_is_answered_later_and_the_connection_goes_on() {
    String pod =
        """
        {"metadata":{},"spec":{"serviceAccountName":"known","containers":[%s]}}\
        """
            .formatted("{},".repeat(1_000) + "{}");
    send("/mutate", Reviews.podCreation("u-1", "shop", pod, ""));
    assertThat(channel.<Object>readOutbound()).isNull();

    await()
        .until(() -> {
          channel.runPendingTasks();
          return !channel.outboundMessages().isEmpty();
        });

    assertThat(text(answer())).contains("\"patch\"");
    send("/mutate", review(KNOWN));
    assertThat(text(answer())).contains("\"patch\"");
  }

  @Test
  void bodies_count_by_their_bytes_until_they_are_answered() {
    AdmissionGate gate = new AdmissionGate(10, 40_000);
    channel = channel(gate);
    AdmissionGate.Admission other = Objects.requireNonNull(gate.enter(11_000));

    send("/mutate", review(KNOWN));
    assertThat(answer().status()).isEqualTo(HttpResponseStatus.SERVICE_UNAVAILABLE);

    other.leave();
    send("/mutate", review(KNOWN));
    assertThat(answer().status()).isEqualTo(HttpResponseStatus.OK);
  }

  @Test
  void bodies_that_come_slowly_or_never_keep_nobody_out() {
    AdmissionGate gate = new AdmissionGate(1, 1_000_000);
    channel = channel(gate);
    beginOfLarge();

    assertThat(gate.enter(1)).isNotNull();
  }

  @Test
  void the_body_that_has_been_coming_in_for_longest_is_given_up_for_others() {
    AdmissionGate gate = new AdmissionGate(10, 16_500);
    EmbeddedChannel slow = channel(gate);
    channel = slow;
    beginOfLarge();
    channel = channel(gate);
    sendInPieces(review(KNOWN));
    assertThat(text(answer())).contains("\"patch\"");

    slow.runPendingTasks();
    FullHttpResponse refusal = slow.readOutbound();
    assertThat(refusal.status()).isEqualTo(HttpResponseStatus.SERVICE_UNAVAILABLE);
    assertThat(refusal.headers().get(HttpHeaderNames.CONNECTION)).isEqualTo("close");
    assertThat(refusal.headers().get(HttpHeaderNames.RETRY_AFTER)).isEqualTo("1");
    assertThat(text(refusal)).startsWith("the body came slowly");
    assertThat(slow.isOpen()).isFalse();
    refusal.release();
  }

  @Test
  void a_server_that_stops_gives_bodies_up_as_well() {
    AdmissionGate gate = new AdmissionGate(10, 16_500);
    EmbeddedChannel slow = channel(gate);
    channel = slow;
    beginOfLarge();
    state.drain();
    ChannelFuture closed = slow.close();
    channel = channel(gate);
    sendInPieces(review(KNOWN));
    assertThat(text(answer())).contains("\"patch\"");

    slow.runPendingTasks();
    FullHttpResponse refusal = slow.readOutbound();
    assertThat(refusal.status()).isEqualTo(HttpResponseStatus.SERVICE_UNAVAILABLE);
    assertThat(slow.isOpen()).isFalse();
    assertThat(closed.isSuccess()).isTrue();
    refusal.release();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100})
  void a_body_that_the_framework_gets_is_given_up_as_well(int parts) {
    AdmissionGate gate = new AdmissionGate(10, 16_500);
    EmbeddedChannel slow = channel(gate);
    channel = slow;
    beginForFramework(parts);
    channel = channel(gate);
    sendInPieces(review(KNOWN));
    assertThat(text(answer())).contains("\"patch\"");

    slow.runPendingTasks();
    assertThat(slow.isOpen()).isFalse();
    assertThat(slow.<Object>readOutbound()).isNull();
  }

  @Test
  void what_the_framework_throws_away_behind_its_answer_does_not_count() {
    AdmissionGate gate = new AdmissionGate(10, 16_500);
    EmbeddedChannel answered = channel(gate);
    channel = answered;
    beginForFramework(1);
    channel.writeOutbound(emptyAnswer());
    channel.writeInbound(new DefaultHttpContent(content(new byte[16_400], 0, 16_400)));
    channel.releaseInbound();
    channel.releaseOutbound();
    channel = channel(gate);
    sendInPieces(review(KNOWN));
    assertThat(text(answer())).contains("\"patch\"");

    answered.runPendingTasks();
    assertThat(answered.isOpen()).isTrue();
    answered.finishAndReleaseAll();
  }

  @Test
  void what_is_complete_counts_no_more() {
    String review = review(KNOWN);
    AdmissionGate gate = new AdmissionGate(10, 64 * 1024 + review.length() + 10);
    EmbeddedChannel older = channel(gate);
    channel = older;
    beginOfLarge();
    EmbeddedChannel complete = channel(gate);
    channel = complete;
    sendInPieces(review);
    assertThat(text(answer())).contains("\"patch\"");
    channel = channel(gate);
    sendInPieces(review);
    assertThat(text(answer())).contains("\"patch\"");

    older.runPendingTasks();
    assertThat(older.isOpen()).isTrue();
    assertThat(complete.isOpen()).isTrue();
    older.finishAndReleaseAll();
    complete.finishAndReleaseAll();
  }

  @Test
  void requests_behind_one_that_is_refused_are_answered() {
    AdmissionGate gate = new AdmissionGate(10, 50_000);
    channel = channel(gate);
    assertThat(gate.enter(1_000)).isNotNull();
    send("/mutate", review(SLOW));
    send("/mutate", review(KNOWN) + " ".repeat(10_000));
    send("/mutate", review(KNOWN));
    lookUp.complete(new AccountLookup.NotFound());
    channel.runPendingTasks();

    assertThat(answer().status()).isEqualTo(HttpResponseStatus.OK);
    assertThat(answer().status()).isEqualTo(HttpResponseStatus.SERVICE_UNAVAILABLE);
    assertThat(text(answer())).contains("\"patch\"");
  }

  @Test
  void an_error_is_answered_500_and_leaves_room_for_others() {
    AdmissionGate gate = new AdmissionGate(1, 1_000_000);
    channel =
        channel(
            gate,
            _ -> {
              throw new StackOverflowError("as a test");
            });

    send("/mutate", review(KNOWN));

    assertThat(answer().status()).isEqualTo(HttpResponseStatus.INTERNAL_SERVER_ERROR);
    assertThat(gate.enter(1)).isNotNull();
  }

  @Test
  void who_sends_on_and_on_without_an_answer_is_not_listened_to_for_ever() {
    send("/mutate", review(SLOW));
    for (int i = 0; i < 600 && channel.isOpen(); i++) {
      send("/mutate", review(KNOWN));
    }

    assertThat(channel.isOpen()).isFalse();
    lookUp.complete(new AccountLookup.NotFound());
    channel.runPendingTasks();
  }

  @Test
  void the_framework_gets_no_more_requests_than_somebody_sends_who_reads_answers() {
    for (int i = 0; i < 16; i++) {
      send(request("/healthz", 0).setMethod(HttpMethod.GET), "");
    }
    assertThat(channel.isOpen()).isTrue();
    send(request("/healthz", 0).setMethod(HttpMethod.GET), "");

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void a_single_body_may_be_larger_than_the_bound() {
    channel = channel(new AdmissionGate(10, 10));
    sendInPieces(review(KNOWN));
    channel.runPendingTasks();

    assertThat(text(answer())).contains("\"patch\"");
  }

  @Test
  void a_connection_that_ends_within_a_body_leaves_nothing_behind() {
    beginOfLarge();
    assertThat(allocator.metric().usedDirectMemory()).isPositive();

    ChannelFuture _ = channel.close();
    channel.runPendingTasks();

    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  @Test
  void a_server_that_stops_still_takes_the_rest_of_a_body_and_answers_it() {
    byte[] body = review(KNOWN).getBytes(StandardCharsets.UTF_8);
    channel.writeInbound(request("/mutate", body.length));
    state.drain();
    ChannelFuture _ = channel.close();

    channel.writeInbound(new DefaultLastHttpContent(content(body, 0, body.length)));

    assertThat(text(answer())).contains("\"patch\"");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void a_defect_is_answered_500_and_the_connection_goes_on() {
    channel =
        channel(
            new AdmissionGate(1, 1_000_000),
            _ -> {
              throw new IllegalStateException("bug");
            });
    send("/mutate", review(KNOWN));
    send("/mutate", review(KNOWN));

    assertThat(answer().status()).isEqualTo(HttpResponseStatus.INTERNAL_SERVER_ERROR);
    assertThat(answer().status()).isEqualTo(HttpResponseStatus.INTERNAL_SERVER_ERROR);
  }

  @Test
  void a_connection_that_is_closed_while_it_owes_an_answer_gives_it_first() {
    send("/mutate", review(SLOW));
    ChannelFuture _ = channel.close();
    assertThat(channel.isOpen()).isTrue();

    lookUp.complete(new AccountLookup.NotFound());
    channel.runPendingTasks();

    assertThat(answer().headers().get(HttpHeaderNames.CONNECTION)).isEqualTo("close");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void a_server_that_stops_closes_after_its_answer() {
    state.drain();
    send("/mutate", review(KNOWN));

    assertThat(answer().headers().get(HttpHeaderNames.CONNECTION)).isEqualTo("close");
    assertThat(channel.isOpen()).isFalse();
  }

  private EmbeddedChannel channel(AdmissionGate gate) {
    return channel(gate, CallerCheck.EVERYBODY);
  }

  private EmbeddedChannel channel(AdmissionGate gate, CallerCheck callers) {
    DecisionMetrics metrics = new DecisionMetrics(new SimpleMeterRegistry(), Mode.INJECTING);
    MutateEndpoint endpoint =
        new MutateEndpoint(
            ReviewHandlers.of(accounts, Namespaces.NONE, metrics),
            metrics,
            ReferenceMetrics.NONE,
            state,
            callers,
            Answering.AS_DECIDED,
            gate,
            new WarmUpDiversion());
    EmbeddedChannel opened =
        new EmbeddedChannel(
            new MutateHandler(endpoint, Optional::empty), new FrameworkBodyHandler(endpoint));
    opened.config().setAllocator(allocator);
    return opened;
  }

  /** The beginning of a body in chunks that costs the framework 16,400 bytes at least. */
  private void beginForFramework(int parts) {
    HttpRequest chunked = request("/mutate", 0);
    chunked.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
    chunked.headers().set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
    channel.writeInbound(chunked);
    int length = parts == 1 ? 16_400 : 1;
    for (int i = 0; i < parts; i++) {
      channel.writeInbound(new DefaultHttpContent(content(new byte[length], 0, length)));
    }
    channel.releaseInbound();
  }

  /** A body of which the first byte comes. */
  private void beginOfLarge() {
    channel.writeInbound(request("/mutate", MutateEndpoint.MAX_BODY_BYTES));
    channel.writeInbound(
        new DefaultHttpContent(content("{".getBytes(StandardCharsets.UTF_8), 0, 1)));
  }

  private void sendInPieces(String text) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    channel.writeInbound(request("/mutate", body.length));
    for (int i = 0; i < body.length - 1; i++) {
      channel.writeInbound(new DefaultHttpContent(content(body, i, 1)));
    }
    channel.writeInbound(new DefaultLastHttpContent(content(body, body.length - 1, 1)));
  }

  private HttpRequest send(String path, String body) {
    return send(request(path, body.getBytes(StandardCharsets.UTF_8).length), body);
  }

  private HttpRequest send(HttpRequest request, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    channel.writeInbound(request, new DefaultLastHttpContent(content(bytes, 0, bytes.length)));
    return request;
  }

  private FullHttpResponse answer() {
    FullHttpResponse response = channel.readOutbound();
    assertThat(response).isNotNull();
    return response;
  }

  private ByteBuf content(byte[] bytes, int offset, int length) {
    ByteBuf content = Unpooled.copiedBuffer(bytes, offset, length);
    if (length > 0) {
      contents.add(content);
    }
    return content;
  }

  private static String text(FullHttpResponse response) {
    return response.content().toString(StandardCharsets.UTF_8);
  }

  private static FullHttpResponse emptyAnswer() {
    return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
  }

  private static HttpRequest request(String path, int length) {
    HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, path);
    request.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    request.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, length);
    return request;
  }

  private static String review(AccountKey account) {
    return Reviews.podCreation("u-1", account.namespace(), account.name());
  }
}
