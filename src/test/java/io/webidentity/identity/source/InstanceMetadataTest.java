package io.webidentity.identity.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.webidentity.aws.RoleComposition;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.Optional;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceMetadataTest {
  private static final RoleComposition FRANKFURT = new RoleComposition("aws", "111122223333");

  private FakeInstanceMetadata service;

  InstanceMetadataTest() throws IOException {
    service = FakeInstanceMetadata.of("eu-central-1", "111122223333");
  }

  @BeforeEach
  void nothingWasAskedYet() {
    assertThat(service.tokensAsked()).isZero();
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void the_account_and_the_partition_are_those_of_the_instance() throws Exception {
    assertThat(ask()).isEqualTo(FRANKFURT);
    assertThat(service.tokensAsked()).isOne();
    assertThat(service.documentsAsked()).isOne();
  }

  @Test
  void a_partition_that_is_given_wins() throws Exception {
    assertThat(new InstanceMetadata(service.endpoint()).composition(Optional.of("aws-cn")))
        .isEqualTo(new RoleComposition("aws-cn", "111122223333"));
  }

  @Test
  void an_endpoint_may_end_with_a_slash() throws Exception {
    URI withSlash = URI.create(service.endpoint() + "/");

    assertThat(new InstanceMetadata(withSlash).composition(Optional.empty())).isEqualTo(FRANKFURT);
  }

  /** The token may have run out, or the service be busy for a moment. */
  @ParameterizedTest
  @ValueSource(ints = {401, 429, 500, 503})
  void what_passes_is_asked_again_with_a_new_token(int status) throws Exception {
    service.answerTokens(status);
    service.answerDocuments(status);

    assertThat(ask()).isEqualTo(FRANKFURT);
    assertThat(service.tokensAsked()).isEqualTo(3);
    assertThat(service.documentsAsked()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 302})
  void what_does_not_pass_is_an_error(int status) {
    service.answerTokens(status, status, status);
    assertFails("PUT /latest/api/token with " + status);
    assertThat(service.tokensAsked()).isEqualTo(status / 100 == 4 ? 1 : 3);
    assertThat(service.documentsAsked()).isZero();
  }

  @Test
  void after_three_refusals_it_is_an_error() {
    service.answerDocuments(401, 401, 401);
    assertFails("GET /latest/dynamic/instance-identity/document with 401");
    assertThat(service.documentsAsked()).isEqualTo(3);
  }

  @Test
  void a_token_that_can_be_none_is_an_error() {
    service.setToken("<html>\n\n</html>");
    assertFails("what is no token");
  }

  @Test
  void a_token_that_can_be_none_is_not_quoted() {
    service.setToken("secret\u0001");

    UnusableContentException thrown =
        catchThrowableOfType(UnusableContentException.class, this::ask);

    assertThat(thrown).hasStackTraceContaining("what is no token");
    assertThat(Throwables.getStackTrace(thrown)).doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          <html>                                             | is not JSON
          {"accountId": "111122223333"                       | is not JSON
          {}                                                 | names no account and region
          []                                                 | names no account and region
          {"accountId": "111122223333"}                      | names no account and region
          {"accountId": "11112222333", "region": "r"}        | names no account and region
          {"accountId": "1111222233334", "region": "r"}      | names no account and region
          {"accountId": "11112222333x", "region": "r"}       | names no account and region
          {"accountId": "111122223333", "region": ""}        | names no account and region
          {"accountId": "111122223333", "region": {"a": 1}}  | names no account and region
          """)
  void a_document_that_says_nothing_is_an_error(String document, String problem) {
    service.setDocument(document);
    assertFails(problem);
  }

  @Test
  void an_endless_document_is_an_error() {
    service.setDocument("{" + " ".repeat(70_000) + "}");
    assertFails("connection fails");
  }

  /** As with a hop limit of one, seen from a pod. */
  @Test
  void a_service_that_says_nothing_is_an_error_after_three_attempts() {
    service.hang();
    assertFails("does not answer in time");
    assertThat(service.tokensAsked()).isEqualTo(3);
  }

  @Test
  void a_document_that_never_ends_is_an_error_after_three_attempts() {
    service.stall();
    assertFails("does not answer in time");
    assertThat(service.documentsAsked()).isEqualTo(3);
  }

  @Test
  void a_port_where_nothing_listens_is_an_error() {
    URI endpoint = service.endpoint();
    service.close();
    assertFails(endpoint, "connection fails");
  }

  @Test
  void a_connection_that_is_reset_is_an_error() throws IOException {
    try (ServerSocket resetting = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> resetAll(resetting));
      assertFails(URI.create("http://127.0.0.1:" + resetting.getLocalPort()), "connection fails");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "eu-central-1, aws",
    "us-east-1, aws",
    "us-gov-west-1, aws-us-gov",
    "cn-north-1, aws-cn",
    "us-iso-east-1, aws-iso",
    "us-isob-east-1, aws-iso-b",
    "us-isof-south-1, aws-iso-f",
    "eu-isoe-west-1, aws-iso-e",
    "eusc-de-east-1, aws-eusc",
    "moon-1, aws",
  })
  void the_partition_is_that_of_the_region(String region, String partition) throws Exception {
    service.close();
    service = FakeInstanceMetadata.of(region, "444455556666");

    assertThat(ask()).isEqualTo(new RoleComposition(partition, "444455556666"));
  }

  @ParameterizedTest
  @CsvSource({
    "orders, arn:aws:iam::111122223333:role/orders",
    "team/orders, arn:aws:iam::111122223333:role/team/orders",
    "arn:aws-cn:iam::1:role/x, arn:aws-cn:iam::1:role/x",
    "arn:minio:iam:::role/x, arn:minio:iam:::role/x",
    "x-arn:y, x-arn:y",
  })
  void a_role_without_arn_is_completed(String written, String arn) {
    assertThat(FRANKFURT.apply(written)).isEqualTo(arn);
  }

  private RoleComposition ask() throws UnusableContentException {
    return new InstanceMetadata(service.endpoint()).composition(Optional.empty());
  }

  private void assertFails(String problem) {
    assertFails(service.endpoint(), problem);
  }

  private static void assertFails(URI endpoint, String problem) {
    assertThatExceptionOfType(UnusableContentException.class)
        .isThrownBy(() -> new InstanceMetadata(endpoint).composition(Optional.empty()))
        .withMessageContaining(problem)
        .withMessageContaining(endpoint.toString())
        .withMessageContaining("give --account-id");
  }

  private static void resetAll(ServerSocket server) {
    try {
      while (!server.isClosed()) {
        try (Socket socket = server.accept()) {
          socket.setSoLinger(true, 0);
        }
      }
    } catch (SocketException e) {
      // The test is over.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
