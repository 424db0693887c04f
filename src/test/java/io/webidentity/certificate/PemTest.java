package io.webidentity.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.webidentity.secret.SecretText;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PemTest {
  private final ServingCertificate serving =
      new SelfSignedAuthority(Clock.systemUTC(), Duration.ofDays(1))
          .issueForLoopback(List.of("webhook.eks.svc"));

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA", "Ed25519"})
  void keys_are_read_in_pkcs_8(String algorithm) throws Exception {
    PrivateKey key = KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();

    PrivateKey read =
        Pem.privateKey(SecretText.of(TestPem.encode("PRIVATE KEY", key.getEncoded())), "tls.key");

    assertThat(read.getEncoded()).isEqualTo(key.getEncoded());
  }

  @ParameterizedTest
  @CsvSource({"ec-sec1.pem, EC", "rsa-pkcs1.pem, RSA"})
  void keys_are_read_in_the_form_openssl_writes(String file, String algorithm) throws Exception {
    try (InputStream pem = PemTest.class.getResourceAsStream("/certificate/" + file)) {
      String text =
          new String(Objects.requireNonNull(pem, file).readAllBytes(), StandardCharsets.US_ASCII);

      assertThat(Pem.privateKey(SecretText.of(text), file).getAlgorithm()).isEqualTo(algorithm);
    }
  }

  @Test
  void an_encrypted_key_is_refused_by_name() throws Exception {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(
          new JcaPKCS8Generator(
              TestPem.key(serving),
              new JceOpenSSLPKCS8EncryptorBuilder(JcaPKCS8Generator.AES_256_CBC)
                  .setProvider(new BouncyCastleProvider())
                  .setPassword("secret".toCharArray())
                  .build()));
    }

    assertThatThrownBy(() -> Pem.privateKey(SecretText.of(text.toString()), "tls.key"))
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessage("tls.key has an encrypted key; store it unencrypted");
  }

  @Test
  void what_is_no_key_is_refused_by_name_and_not_quoted() {
    assertThatThrownBy(() -> Pem.privateKey(SecretText.of(""), "tls.key"))
        .hasMessage("tls.key has no PRIVATE KEY block");
    assertThatThrownBy(() ->
            Pem.privateKey(
                SecretText.of(TestPem.encode("PRIVATE KEY", new byte[] {1, 2, 3})), "tls.key"))
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessage("tls.key has a private key that is not valid PEM")
        .hasNoCause();
  }

  @Test
  void certificates_are_read_in_order_and_written_back() throws Exception {
    SelfSignedAuthority authority = new SelfSignedAuthority(Clock.systemUTC(), Duration.ofDays(1));
    ServingCertificate leaf = authority.issueForLoopback(List.of());
    byte[] pem = Pem.write(List.of(leaf.leaf(), authority.certificate()));

    assertThat(Pem.certificates(new String(pem, StandardCharsets.US_ASCII), "tls.crt"))
        .containsExactly(leaf.leaf(), authority.certificate());
  }

  @Test
  void what_is_no_certificate_is_refused_by_name() {
    assertThatThrownBy(() -> Pem.certificates("", "tls.crt"))
        .hasMessage("tls.crt has no CERTIFICATE block; write PEM, leaf first");
    assertThatThrownBy(
            () -> Pem.certificates(TestPem.encode("CERTIFICATE", new byte[] {1, 2}), "tls.crt"))
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessageContaining("tls.crt");
  }

  @Test
  void a_key_of_another_certificate_is_refused() {
    ServingCertificate other =
        new SelfSignedAuthority(Clock.systemUTC(), Duration.ofDays(1)).issueForLoopback(List.of());

    assertThatThrownBy(() -> new ServingCertificate(TestPem.key(other), List.of(serving.leaf())))
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessageContaining("does not belong");
  }

  @Test
  void an_ed25519_key_is_refused_as_no_handshake_would_succeed() throws Exception {
    PrivateKey key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();

    assertThatThrownBy(() -> new ServingCertificate(key, List.of(serving.leaf())))
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessageContaining("use ECDSA P-256 or RSA");
  }

  @Test
  void a_key_of_another_kind_than_the_certificate_is_refused() throws Exception {
    PrivateKey rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();

    assertThatThrownBy(() -> new ServingCertificate(rsa, List.of(serving.leaf())))
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessageContaining("does not belong");
  }
}
