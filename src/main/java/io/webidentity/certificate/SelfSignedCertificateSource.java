package io.webidentity.certificate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A certificate made at start by an authority of its own. */
public final class SelfSignedCertificateSource implements CertificateSource {
  private final ServingCertificate certificate;

  private SelfSignedCertificateSource(ServingCertificate certificate) {
    this.certificate = certificate;
  }

  /**
   * Issues the certificate and writes the authority's, if asked to.
   *
   * @param authorityOut file for the authority's certificate in PEM
   * @throws UnusableCertificateException if that file cannot be written
   */
  public static SelfSignedCertificateSource issue(
      SelfSignedAuthority authority, List<String> dnsNames, Optional<Path> authorityOut)
      throws UnusableCertificateException {
    ServingCertificate certificate = authority.issueServing(dnsNames);
    if (authorityOut.isPresent()) {
      write(authorityOut.get(), Pem.write(List.of(authority.certificate())));
    }
    return new SelfSignedCertificateSource(certificate);
  }

  @Override
  public void start(Consumer<ServingCertificate> onChange) {
    onChange.accept(certificate);
  }

  @Override
  public Optional<ServingCertificate> current() {
    return Optional.of(certificate);
  }

  @Override
  public long failures() {
    return 0;
  }

  @Override
  public void close() {}

  private static void write(Path file, byte[] content) throws UnusableCertificateException {
    try {
      Files.write(file, content);
    } catch (IOException e) {
      throw new UnusableCertificateException(
          "--self-signed-ca-out: "
              + file
              + " cannot be written ("
              + e.getClass().getSimpleName()
              + "); name a file in a folder that exists and may be written to",
          e);
    }
  }
}
