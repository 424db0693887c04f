package io.webidentity.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.net.http.HttpClient.Redirect;

/**
 * The JDK's HTTP client, for API servers: they answer in time or not at all, and redirect nobody. A
 * redirection is an answer like any other that is no success, and the token goes nowhere else.
 */
final class ApiHttpClients extends JdkHttpClientFactory {
  @Override
  public HttpClient.Builder newBuilder(Config config) {
    return super.newBuilder(config)
        .addOrReplaceInterceptor(
            "answer-deadline", new AnswerDeadline(ApiClientConfig.LIST_TIMEOUT))
        .addOrReplaceInterceptor("retry-after", new RetryAfter())
        .addOrReplaceInterceptor("requests", ApiRequests.OF_PROCESS);
  }

  @Override
  protected void additionalConfig(java.net.http.HttpClient.Builder builder) {
    builder.followRedirects(Redirect.NEVER);
  }
}
