package io.webidentity.e2e;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;

/**
 * The roles of {@link ObjectStore}: each may read and write the objects of one bucket.
 *
 * <p>MinIO has one role for each of its OpenID configurations, and tells these apart by their
 * client id, which is the audience of the tokens that it takes for that role.
 */
enum StorageRole {
  /** Its tokens have the webhook's default audience. */
  REPORTS("sts.amazonaws.com"),
  /** Its tokens need the annotation {@code audience}. */
  INVOICES("invoices.example.test");

  private final String audience;

  StorageRole(String audience) {
    this.audience = audience;
  }

  /** Audience of the tokens that STS takes for this role. */
  String audience() {
    return audience;
  }

  /** The only bucket that it may use; its policy has the same name. */
  String bucket() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** MinIO's name for it: made of the region and the SHA-1 of the client id. */
  String arn() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1").digest(audience.getBytes(StandardCharsets.UTF_8));
      return "arn:minio:iam:%s::role/%s"
          .formatted(
              ObjectStore.REGION, Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Policy document of the role. */
  String policy() {
    return """
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
      "Action": ["s3:GetObject", "s3:PutObject"], "Resource": ["arn:aws:s3:::%s/*"]}]}
    """
        .formatted(bucket());
  }
}
