package io.webidentity.testing.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** An STS on a loopback port whose answers to AssumeRoleWithWebIdentity a test chooses. */
public final class FakeSts implements AutoCloseable {
  /** What it gives, and nobody may show. */
  public static final List<String> CREDENTIALS =
      List.of("ASIAEXAMPLE", "wJalrSecret", "IQoJSession");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<Map<String, String>> asked = new CopyOnWriteArrayList<>();
  private volatile int status = 200;
  private volatile String body = "";
  private volatile String location = "";
  private volatile boolean hanging;

  /** Starts it; it answers with an empty body. */
  public FakeSts() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** Where it is. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The parameters of each request. */
  public List<Map<String, String>> asked() {
    return List.copyOf(asked);
  }

  /** From now on it gives credentials of this assumed role. */
  public void give(String arn) {
    answer(
        200,
        """
        <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <AssumeRoleWithWebIdentityResult>
            <Audience>sts.amazonaws.com</Audience>
            <AssumedRoleUser>
              <AssumedRoleId>AROAEXAMPLE:webhook-doctor</AssumedRoleId>
              <Arn>%s</Arn>
            </AssumedRoleUser>
            <Credentials>
              <AccessKeyId>%s</AccessKeyId>
              <SecretAccessKey>%s</SecretAccessKey>
              <SessionToken>%s</SessionToken>
              <Expiration>2030-01-01T00:00:00Z</Expiration>
            </Credentials>
          </AssumeRoleWithWebIdentityResult>
          <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>
        </AssumeRoleWithWebIdentityResponse>
        """
            .formatted(arn, CREDENTIALS.get(0), CREDENTIALS.get(1), CREDENTIALS.get(2)));
  }

  /** From now on it refuses. */
  public void refuse(int httpStatus, String code, String message) {
    answer(
        httpStatus,
        """
        <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error>
          <RequestId>1</RequestId>
        </ErrorResponse>
        """
            .formatted(code, message));
  }

  /** From now on it answers with this status and body. */
  public void answer(int httpStatus, String text) {
    status = httpStatus;
    body = text;
  }

  /** From now on it sends its clients elsewhere. */
  public void redirect(URI where) {
    location = where.toString();
    answer(307, "");
  }

  /** From now on it answers nothing until it is closed. */
  public void hang() {
    hanging = true;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      asked.add(
          Arrays.stream(form.split("&", -1))
              .map(field -> field.split("=", 2))
              .collect(Collectors.toMap(field -> field[0], field -> decoded(field[1]))));
      if (hanging) {
        closing.await();
      }
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Location", location);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.close();
  }
}
