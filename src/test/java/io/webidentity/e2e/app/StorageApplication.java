package io.webidentity.e2e.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Writes an object into a bucket, reads it again and prints a line for each step, such as {@code
 * read: s3://reports/app-1 "written by app-1"}. Credentials, region and endpoints are what the SDK
 * finds in its environment.
 *
 * <p>Arguments: the bucket, a key, and for how long to go on, in seconds: 0 for once. Ends with
 * status 1 at the first step that fails.
 */
public final class StorageApplication implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(10);

  private final String bucket;
  private final String key;
  private final DefaultCredentialsProvider credentials =
      DefaultCredentialsProvider.builder().build();
  private final S3Client storage = S3Client.builder().credentialsProvider(credentials).build();
  private String tokenSeen = "";
  private String accessKeySeen = "";

  private StorageApplication(String bucket, String key) {
    this.bucket = bucket;
    this.key = key;
  }

  /** Runs it. */
  public static void main(String[] args) throws InterruptedException {
    Instant end = Instant.now().plusSeconds(Long.parseLong(args[2]));
    try (StorageApplication application = new StorageApplication(args[0], args[1])) {
      application.step();
      while (Instant.now().isBefore(end)) {
        Thread.sleep(PAUSE);
        application.step();
      }
    } catch (AwsServiceException e) {
      System.out.printf(
          "refused: %s (%d): %s%n",
          e.awsErrorDetails().errorCode(), e.statusCode(), e.awsErrorDetails().errorMessage());
      System.exit(1);
    } catch (SdkException | IOException e) {
      System.out.println("failed: " + e.getMessage());
      System.exit(1);
    }
  }

  private void step() throws IOException {
    tellToken();
    tellIdentity();
    String content = "written by " + key + " at " + Instant.now();
    storage.putObject(
        request -> request.bucket(bucket).key(key),
        RequestBody.fromString(content, StandardCharsets.UTF_8));
    System.out.printf("written: s3://%s/%s%n", bucket, key);
    String read =
        storage
            .getObjectAsBytes(request -> request.bucket(bucket).key(key))
            .asString(StandardCharsets.UTF_8);
    if (!read.equals(content)) {
      throw new IOException("what was read is not what was written: " + read);
    }
    System.out.printf("read: s3://%s/%s \"%s\"%n", bucket, key, read);
  }

  /** Says whose token the pod was given, whenever the file has another. */
  private void tellToken() throws IOException {
    String file = System.getenv("AWS_WEB_IDENTITY_TOKEN_FILE");
    if (file == null) {
      System.out.println("token: none");
      return;
    }
    String token = Files.readString(Path.of(file));
    if (!token.equals(tokenSeen)) {
      tokenSeen = token;
      Jwt claims = Jwt.of(token);
      System.out.printf(
          "token: subject=%s audience=%s expires=%s role=%s session=%s%n",
          claims.claim("sub"),
          claims.claim("aud"),
          time(claims.claim("exp")),
          System.getenv("AWS_ROLE_ARN"),
          System.getenv("AWS_ROLE_SESSION_NAME"));
    }
  }

  /**
   * Says which identity STS gave, whenever the credentials are others. MinIO has no
   * GetCallerIdentity; its session token is a signed JWT that says it.
   */
  private void tellIdentity() {
    if (credentials.resolveCredentials() instanceof AwsSessionCredentials session
        && !session.accessKeyId().equals(accessKeySeen)) {
      accessKeySeen = session.accessKeyId();
      Jwt claims = Jwt.of(session.sessionToken());
      System.out.printf(
          "assumed: role=%s subject=%s expires=%s%n",
          claims.claim("roleArn"), claims.claim("sub"), time(claims.claim("exp")));
    }
  }

  private static String time(String epochSeconds) {
    return epochSeconds.isEmpty()
        ? "?"
        : Instant.ofEpochSecond(Long.parseLong(epochSeconds)).toString();
  }

  @Override
  public void close() {
    storage.close();
    credentials.close();
  }
}
