package io.webidentity.certificate;

import io.webidentity.watch.FileProblem;
import io.webidentity.watch.RepeatedLook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A certificate made at start by an authority of its own. */
public final class SelfSignedCertificateSource implements CertificateSource {
  private final ServingCertificate certificate;
  private final X509Certificate authority;
  private final Optional<Path> authorityOut;

  /**
   * Issues the certificate.
   *
   * @param dnsNames names of the certificate beside localhost
   * @param authorityOut where {@link #start} writes the authority's certificate, in PEM
   */
  public SelfSignedCertificateSource(
      SelfSignedAuthority authority, List<String> dnsNames, Optional<Path> authorityOut) {
    this.certificate = authority.issueForLoopback(dnsNames);
    this.authority = authority.certificate();
    this.authorityOut = authorityOut;
  }

  /**
   * {@inheritDoc}
   *
   * @throws UnusableCertificateException if the authority's certificate cannot be written
   */
  @Override
  public void start(Consumer<ServingCertificate> onChange) throws UnusableCertificateException {
    if (authorityOut.isPresent()) {
      write(authorityOut.get(), Pem.write(List.of(authority)));
    }
    onChange.accept(certificate);
  }

  @Override
  public Optional<ServingCertificate> current() {
    return Optional.of(certificate);
  }

  @Override
  public Optional<RepeatedLook> looks() {
    return Optional.empty();
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
              + FileProblem.of(e)
              + "); name a file in a folder that exists and may be written to",
          e);
    }
  }
}
