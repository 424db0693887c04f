package io.webidentity.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.Namespaces;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.observability.ReferenceMetrics;
import io.webidentity.observability.ServingState;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.ReviewHandlers;
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

  private final CompletableFuture<ObjectLookup<IdentityAnnotations>> lookUp =
      new CompletableFuture<>();
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
    lookUp.complete(new ObjectLookup.NotFound<>());
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
    "POST, /mutated",
    "POST, /mutate/",
    "POST, /",
    "GET, /healthz",
    "GET, https://webhook.svc/healthz",
    "GET, https://webhook.svc",
  })
  void other_paths_are_the_frameworks(String method, String path) {
    HttpRequest request = request(path, 2).setMethod(HttpMethod.valueOf(method));
    send(request, "{}");

    assertThat(channel.<Object>readInbound()).isSameAs(request);
    DefaultLastHttpContent body = channel.readInbound();
    assertThat(body.release()).isTrue();
    assertThat(channel.<Object>readOutbound()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/mutate", "/mutate?timeout=10s", "https://webhook.svc:443/mutate?a"})
  void a_body_in_chunks_is_a_review_as_well(String target) {
    HttpRequest request = chunked();
    request.setUri(target);
    channel.writeInbound(request);
    byte[] body = review(KNOWN).getBytes(StandardCharsets.UTF_8);
    channel.writeInbound(new DefaultHttpContent(content(body, 0, 100)));
    channel.writeInbound(new DefaultHttpContent(content(body, 100, body.length - 100)));
    channel.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);

    assertThat(text(answer())).contains("\"patch\"");
    assertThat(channel.isOpen()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"HTTP/1.1, close", "HTTP/1.0, keep-alive", "HTTP/1.0, nothing"})
  void a_client_that_wants_no_more_gets_its_answer_and_the_end(String version, String connection) {
    byte[] body = review(KNOWN).getBytes(StandardCharsets.UTF_8);
    HttpRequest request = request("/mutate", body.length);
    request.setProtocolVersion(HttpVersion.valueOf(version));
    request.headers().set(HttpHeaderNames.CONNECTION, connection);
    send(request, review(KNOWN));

    FullHttpResponse response = answer();
    assertThat(response.headers().get(HttpHeaderNames.CONNECTION)).isEqualTo("close");
    assertThat(text(response)).contains("\"patch\"");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void a_client_that_waits_for_it_is_asked_for_the_body() {
    byte[] body = review(KNOWN).getBytes(StandardCharsets.UTF_8);
    HttpRequest request = request("/mutate", body.length);
    request.headers().set(HttpHeaderNames.EXPECT, "100-continue");
    channel.writeInbound(request);
    assertThat(answer().status()).isEqualTo(HttpResponseStatus.CONTINUE);

    channel.writeInbound(new DefaultLastHttpContent(content(body, 0, body.length)));

    assertThat(text(answer())).contains("\"patch\"");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, content-type, application/json, 405",
    "HEAD, content-type, application/json, 405",
    "POST, expect, 200-ok, 417",
    "POST, content-encoding, gzip, 415",
    "POST, content-length, 0, 400",
  })
  void what_is_no_review_is_refused_and_the_connection_goes_on(
      String method, String header, String value, int status) {
    HttpRequest request = request("/mutate", 2).setMethod(HttpMethod.valueOf(method));
    request.headers().set(header, value);
    send(request, value.equals("0") ? "" : "{}");

    FullHttpResponse refusal = answer();
    assertThat(refusal.status().code()).isEqualTo(status);
    assertThat(refusal.headers().get(HttpHeaderNames.ALLOW))
        .isEqualTo(status == 405 ? "POST" : null);
    assertThat(channel.<Object>readInbound()).isNull();
    send("/mutate", review(KNOWN));
    assertThat(text(answer())).contains("\"patch\"");
  }

  @Test
  void a_body_that_is_announced_too_long_is_refused_before_it_comes() {
    HttpRequest request = request("/mutate", MutateEndpoint.MAX_BODY_BYTES + 1);
    request.headers().set(HttpHeaderNames.EXPECT, "100-continue");
    channel.writeInbound(request);

    assertTooLong();
  }

  @Test
  void a_body_in_chunks_is_refused_where_it_becomes_too_long() {
    channel.writeInbound(chunked());
    byte[] chunk = new byte[1024 * 1024];
    for (int i = 0; i < 8; i++) {
      channel.writeInbound(new DefaultHttpContent(content(chunk, 0, chunk.length)));
      assertThat(channel.<Object>readOutbound()).isNull();
    }
    channel.writeInbound(new DefaultHttpContent(content(chunk, 0, 1)));

    assertThat(allocator.metric().usedDirectMemory()).isZero();
    assertTooLong();
  }

  @Test
  void a_last_chunk_may_be_one_too_many() {
    channel.writeInbound(chunked());
    byte[] chunk = new byte[MutateEndpoint.MAX_BODY_BYTES + 1];
    channel.writeInbound(new DefaultLastHttpContent(content(chunk, 0, chunk.length)));

    assertThat(answer().status()).isEqualTo(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
    assertThat(channel.isOpen()).isFalse();
  }

  /** The rest is thrown away before the connection ends, so that the answer arrives. */
  private void assertTooLong() {
    FullHttpResponse refusal = answer();
    assertThat(refusal.status()).isEqualTo(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
    assertThat(refusal.headers().get(HttpHeaderNames.CONNECTION)).isEqualTo("close");
    channel.writeInbound(new DefaultHttpContent(content(new byte[100], 0, 100)));
    assertThat(channel.isOpen()).isTrue();
    channel.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);
    assertThat(channel.isOpen()).isFalse();
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

    lookUp.complete(new ObjectLookup.NotFound<>());
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
            Responder.AS_DECIDED,
            gate,
            new WarmUpDiversion());
    EmbeddedChannel opened = new EmbeddedChannel(new MutateHandler(endpoint, Optional::empty));
    opened.config().setAllocator(allocator);
    return opened;
  }

  private static HttpRequest chunked() {
    HttpRequest request = request("/mutate", 0);
    request.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
    request.headers().set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
    return request;
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
