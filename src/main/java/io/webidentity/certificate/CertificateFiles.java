package io.webidentity.certificate;

import io.webidentity.observability.LogKeys;
import io.webidentity.watch.RepeatedLook;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate and key in PEM files, such as those of a mounted Secret.
 *
 * <p>The content is compared rather than watched: kubelet swaps a whole folder behind a link
 * ({@code ..data}), which shows as no event on the files themselves. A pair that cannot be read or
 * does not match leaves the one before in use, and is tried again.
 */
public final class CertificateFiles implements CertificateSource {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateFiles.class);

  private static final String PURPOSE = "the certificate";

  private final Path certificateFile;
  private final Path keyFile;
  private final Duration interval;
  private final Clock clock;
  private final RepeatedLook looks;

  private volatile @Nullable ServingCertificate current;
  private volatile Consumer<ServingCertificate> onChange = ServingCertificate::toKeyStore;
  private @Nullable Content loaded;

  /**
   * @param certificateFile the chain, leaf first
   * @param keyFile the private key, unencrypted
   * @param interval time between two looks at the files
   * @param clock tells whether a certificate is valid at the moment
   */
  public CertificateFiles(Path certificateFile, Path keyFile, Duration interval, Clock clock) {
    this.clock = clock;
    this.certificateFile = certificateFile;
    this.keyFile = keyFile;
    this.interval = interval;
    this.looks = new RepeatedLook("certificate", interval, this::look, this::report);
  }

  /**
   * Takes what is there already, before the start, so that nothing has to stand in for it. What
   * cannot be used is left to the first look, which says why.
   */
  public void takeExisting() {
    try {
      // A chain that no key store takes must fail here, and not the server that starts with it.
      look();
    } catch (UnusableCertificateException | RuntimeException e) {
      LOG.debug("no certificate at the start: {}", e.getMessage());
    }
  }

  @Override
  public void start(Consumer<ServingCertificate> onChange) {
    current().ifPresent(onChange);
    this.onChange = onChange;
    looks.lookNow();
    looks.start();
  }

  @Override
  public Optional<ServingCertificate> current() {
    return Optional.ofNullable(current);
  }

  @Override
  public Optional<RepeatedLook> looks() {
    return Optional.of(looks);
  }

  @Override
  public void close() {
    looks.close();
  }

  private void look() throws UnusableCertificateException {
    Content content = new Content(Pem.read(certificateFile, PURPOSE), Pem.read(keyFile, PURPOSE));
    if (content.equals(loaded)) {
      return;
    }
    ServingCertificate certificate = parse(content);
    onChange.accept(certificate);
    current = certificate;
    loaded = content;
    LOG.atInfo()
        .addKeyValue(LogKeys.CERTIFICATE_EXPIRY, certificate.notAfter().toString())
        .log("serving certificate loaded from {}", certificateFile);
    if (!certificate.isValidAt(clock.instant())) {
      LOG.warn(
          "the serving certificate is valid from {} to {}, not now: clients refuse it; replace {}",
          certificate.notBefore(),
          certificate.notAfter(),
          certificateFile);
    }
  }

  private ServingCertificate parse(Content content) throws UnusableCertificateException {
    return new ServingCertificate(
        Pem.privateKey(content.key(), keyFile.toString()),
        Pem.certificates(content.certificate(), certificateFile.toString()));
  }

  private void report(String problem, @Nullable Throwable bug) {
    LOG.atWarn()
        .setCause(bug)
        .log(
            "serving certificate not loaded: {}; {}, looking again every {} s",
            problem,
            current == null ? "not ready without one" : "the one before stays in use",
            interval.toSeconds());
  }

  private record Content(String certificate, String key) {
    @Override
    public String toString() {
      return "Content[not shown]";
    }
  }
}
