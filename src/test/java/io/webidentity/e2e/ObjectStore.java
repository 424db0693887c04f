package io.webidentity.e2e;

import io.webidentity.testing.cluster.ClusterProcess;
import io.webidentity.testing.node.TestNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithWebIdentityResponse;

/**
 * MinIO on a node, with every {@link StorageRole} and its bucket: STS and S3 at one address, which
 * pods and this machine reach. It trusts the node's cluster by the discovery document that the API
 * server serves. It ends with the node.
 */
public final class ObjectStore {
  /** What SDKs have to sign for. */
  static final String REGION = "us-east-1";

  private static final int PORT = 9000;
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  private final URI url;
  private final AwsBasicCredentials administrator;
  private final ClusterProcess process;

  private ObjectStore(URI url, AwsBasicCredentials administrator, ClusterProcess process) {
    this.url = url;
    this.administrator = administrator;
    this.process = process;
  }

  /** Starts it and waits until every role can be assumed. */
  static ObjectStore startOn(TestNode node) {
    AwsBasicCredentials administrator =
        AwsBasicCredentials.create("administrator", UUID.randomUUID().toString());
    String address = "%s:%d".formatted(node.address(), PORT);
    try {
      Path home = Files.createDirectory(node.folder().resolve("minio"));
      Path authorities = Files.createDirectories(home.resolve("certs/CAs"));
      Files.copy(node.authority(), authorities.resolve("cluster.crt"));
      ClusterProcess process =
          node.start(
              node.program("minio"),
              List.of(
                  "server",
                  "--address=" + address,
                  "--certs-dir=" + home.resolve("certs"),
                  home.resolve("data").toString()),
              settings(administrator, node.issuer()));
      ObjectStore store = new ObjectStore(URI.create("http://" + address), administrator, process);
      store.awaitReady();
      for (StorageRole role : StorageRole.values()) {
        store.put("/" + role.bucket(), Map.of(), "");
        store.put(
            "/minio/admin/v3/add-canned-policy", Map.of("name", role.bucket()), role.policy());
      }
      return store;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One OpenID configuration for each role, all of the same issuer. */
  private static Map<String, String> settings(AwsBasicCredentials administrator, URI issuer) {
    Map<String, String> settings = new HashMap<>();
    settings.put("MINIO_ROOT_USER", administrator.accessKeyId());
    settings.put("MINIO_ROOT_PASSWORD", administrator.secretAccessKey());
    settings.put("MINIO_REGION", REGION);
    settings.put("MINIO_BROWSER", "off");
    settings.put("MINIO_UPDATE", "off");
    for (StorageRole role : StorageRole.values()) {
      String prefix = "MINIO_IDENTITY_OPENID_";
      settings.put(
          prefix + "CONFIG_URL_" + role.name(), issuer + "/.well-known/openid-configuration");
      settings.put(prefix + "CLIENT_ID_" + role.name(), role.audience());
      settings.put(prefix + "ROLE_POLICY_" + role.name(), role.bucket());
    }
    return settings;
  }

  private void awaitReady() {
    Awaitility.await("MinIO answers at " + url)
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> {
          process.requireAlive();
          return ready();
        });
  }

  private boolean ready() {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.GET)
            .uri(url.resolve("/minio/health/ready"))
            .build();
    try (SdkHttpClient http = UrlConnectionHttpClient.create()) {
      return http.prepareRequest(HttpExecuteRequest.builder().request(request).build())
          .call()
          .httpResponse()
          .isSuccessful();
    } catch (IOException _) {
      return false;
    }
  }

  /** A request of MinIO's administrator, signed as AWS's are. */
  private void put(String path, Map<String, String> query, String body) throws IOException {
    SdkHttpRequest.Builder request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.PUT)
            .uri(url.resolve(path))
            .putHeader("Content-Length", String.valueOf(body.length()));
    query.forEach(request::putRawQueryParameter);
    SignedRequest signed =
        AwsV4HttpSigner.create()
            .sign(sign ->
                sign.identity(administrator)
                    .request(request.build())
                    .payload(ContentStreamProvider.fromString(body, StandardCharsets.UTF_8))
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, REGION));
    try (SdkHttpClient http = UrlConnectionHttpClient.create()) {
      HttpExecuteRequest.Builder call = HttpExecuteRequest.builder().request(signed.request());
      signed.payload().ifPresent(call::contentStreamProvider);
      HttpExecuteResponse response = http.prepareRequest(call.build()).call();
      if (!response.httpResponse().isSuccessful()) {
        throw new IOException(
            "PUT %s: %d %s".formatted(path, response.httpResponse().statusCode(), process.tail()));
      }
    }
  }

  /** Where STS and S3 answer. */
  URI url() {
    return url;
  }

  /** The content of an object, as MinIO's administrator reads it. */
  String read(StorageRole role, String key) {
    try (S3Client storage = storage()) {
      return storage
          .getObjectAsBytes(request -> request.bucket(role.bucket()).key(key))
          .asString(StandardCharsets.UTF_8);
    }
  }

  /** The keys of all objects of a bucket. */
  List<String> keys(StorageRole role) {
    try (S3Client storage = storage()) {
      return storage.listObjectsV2(request -> request.bucket(role.bucket())).contents().stream()
          .map(object -> object.key())
          .toList();
    }
  }

  private S3Client storage() {
    return S3Client.builder()
        .endpointOverride(url)
        .region(Region.of(REGION))
        .credentialsProvider(StaticCredentialsProvider.create(administrator))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  /**
   * Trades a token for credentials of a role, as an SDK does.
   *
   * @throws software.amazon.awssdk.services.sts.model.StsException if STS refuses
   */
  AssumeRoleWithWebIdentityResponse assume(StorageRole role, String token) {
    try (StsClient sts =
        StsClient.builder()
            .endpointOverride(url)
            .region(Region.of(REGION))
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .httpClient(UrlConnectionHttpClient.create())
            .build()) {
      return sts.assumeRoleWithWebIdentity(
          request -> request.roleArn(role.arn()).roleSessionName("test").webIdentityToken(token));
    }
  }

  /** The last lines of its log. */
  String log() {
    return process.tail();
  }
}
