package io.webidentity.http;

import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.util.Locale;

/**
 * Errors that the web framework answers: one sentence of ours in plain text, whatever the client
 * accepts. What the framework or a library has to say is for nobody outside.
 */
@Singleton
final class PlainTextErrors implements ErrorResponseProcessor<String> {
  @Override
  public MutableHttpResponse<String> processResponse(
      ErrorContext error, MutableHttpResponse<?> response) {
    MutableHttpResponse<String> answer =
        response.body(
            error.getRequest().getMethod() == HttpMethod.HEAD
                ? null
                : sentence(response.status()) + "\n");
    return answer.contentType(MediaType.TEXT_PLAIN_TYPE);
  }

  private static String sentence(HttpStatus status) {
    return switch (status) {
      case BAD_REQUEST -> "the request is malformed";
      case NOT_FOUND -> "there is nothing at this path";
      case METHOD_NOT_ALLOWED -> "this path does not take this method";
      case NOT_ACCEPTABLE -> "the answer has none of the media types that the request accepts";
      case REQUEST_ENTITY_TOO_LARGE -> "the body is too large";
      case UNSUPPORTED_MEDIA_TYPE -> "this path does not take this Content-Type";
      case INTERNAL_SERVER_ERROR -> "the webhook has a defect; its log says more";
      default -> status.getReason().toLowerCase(Locale.ROOT);
    };
  }
}
