package io.webidentity.certificate;

import io.webidentity.watch.RepeatedLook;
import java.util.Optional;
import java.util.function.Consumer;

/** Where the serving certificate comes from; it may change while the server runs. */
public interface CertificateSource extends AutoCloseable {
  /**
   * Loads what is there and goes on watching.
   *
   * @param onChange told of every certificate that takes the place of the one before, the first
   *     included
   * @throws UnusableCertificateException if this can never work
   */
  void start(Consumer<ServingCertificate> onChange) throws UnusableCertificateException;

  /** The certificate in use; empty as long as none could be loaded. */
  Optional<ServingCertificate> current();

  /** The looking at what is there; empty where it cannot change. */
  Optional<RepeatedLook> looks();

  /** Stops watching. */
  @Override
  void close();
}
