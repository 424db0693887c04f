package io.webidentity.admission;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;

/** What was passed on to the framework on one connection, and what it still has to answer. */
final class PassedRequests {
  /** What a part of a body costs at least, as the framework keeps a list of them. */
  private static final int BYTES_OF_A_PART = 200;

  private int count;
  private int unanswered;
  private boolean incomplete;
  private long bytes;
  private long parts;

  /** The framework gets this part of a request. */
  void pass(Object message) {
    if (message instanceof HttpRequest) {
      count++;
      unanswered++;
      incomplete = true;
      bytes = 0;
      parts = 0;
    }
    if (message instanceof HttpContent content) {
      bytes += content.content().readableBytes();
      parts++;
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

  /** Whether the framework has everything, and has answered it. */
  boolean done() {
    return !incomplete && unanswered == 0;
  }

  /**
   * Whether the framework keeps a body of which more is to come; it throws away what comes after
   * its answer.
   */
  boolean keepsBody() {
    return incomplete && unanswered > 0;
  }

  /** Bytes of memory that the last request's body has, about. */
  long held() {
    return Math.max(bytes, parts * BYTES_OF_A_PART);
  }

  /** How many have no answer yet. */
  int unanswered() {
    return unanswered;
  }

  /** How many there have been. */
  int count() {
    return count;
  }

  /** 100 (Continue) comes before the answer. */
  private static boolean isInformational(Object message) {
    return message instanceof HttpResponse response
        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL
        && response.status().code() != HttpResponseStatus.SWITCHING_PROTOCOLS.code();
  }
}
