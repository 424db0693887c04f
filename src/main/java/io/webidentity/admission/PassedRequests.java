package io.webidentity.admission;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;

/** What was passed on to the framework on one connection, and what it still has to answer. */
final class PassedRequests {
  private int unanswered;
  private boolean incomplete;
  private int bytes;

  /** The framework gets this part of a request. */
  void pass(Object message) {
    if (message instanceof HttpRequest) {
      unanswered++;
      incomplete = true;
      bytes = 0;
    }
    if (message instanceof HttpContent content) {
      bytes += content.content().readableBytes();
    }
    if (message instanceof LastHttpContent) {
      incomplete = false;
    }
  }

  /** The framework answers this. */
  void answer(Object message) {
    if (message instanceof LastHttpContent && unanswered > 0 && !isInformational(message)) {
      unanswered--;
    }
  }

  /** Whether the rest of a request goes to the framework, where its beginning went. */
  boolean incomplete() {
    return incomplete;
  }

  /** Whether the framework has everything, and has answered it. */
  boolean done() {
    return !incomplete && unanswered == 0;
  }

  /** Bytes of the last request's body so far. */
  int bytes() {
    return bytes;
  }

  /** 100 (Continue) comes before the answer. */
  private static boolean isInformational(Object message) {
    return message instanceof HttpResponse response
        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL
        && response.status().code() != HttpResponseStatus.SWITCHING_PROTOCOLS.code();
  }
}
