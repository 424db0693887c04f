package io.webidentity.certificate;

import io.webidentity.config.ClientSettings;
import io.webidentity.watch.RepeatedLook;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authorities, in a PEM file, whose client certificates may ask. TLS itself takes any client
 * certificate or none, and proves only that the client has its key: what the certificate is worth
 * is decided here, for each request, so that a change of the file counts on connections that exist,
 * and a refusal is an answer that can be read.
 *
 * <p>The file's content is compared as in {@link CertificateFiles}; what cannot be used leaves the
 * authorities before in use.
 */
public final class ClientAuthority implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClientAuthority.class);

  /** Key of a TLS session under which {@link Verified} is kept. */
  private static final String VERIFIED = ClientAuthority.class.getName();

  private static final String PURPOSE = "the CA of the clients";

  private final Path file;
  private final Set<String> names;
  private final Clock clock;
  private final RepeatedLook looks;

  private volatile @Nullable Authorities current;

  /**
   * @param clients the authorities' file, and the names that count
   * @param interval time between two looks at the file
   * @param clock tells whether a client's certificate has expired
   */
  public ClientAuthority(ClientSettings clients, Duration interval, Clock clock) {
    this.file = clients.authority();
    this.names = clients.names();
    this.clock = clock;
    this.looks = new RepeatedLook("client_authority", interval, this::look, this::report);
  }

  /** What a client has shown. */
  public enum Verdict {
    /** A valid certificate of one of the authorities. */
    TRUSTED,
    /** No certificate. */
    NO_CERTIFICATE,
    /** A certificate of somebody else, for another purpose, or not valid now. */
    NOT_TRUSTED,
    /** A valid certificate of one of the authorities, of a name that does not count. */
    NOT_NAMED
  }

  /**
   * Loads the file and goes on looking at it.
   *
   * @throws UnusableCertificateException if it has no certificate that can be used
   */
  public void start() throws UnusableCertificateException {
    current = load(Pem.read(file, PURPOSE));
    looks.start();
  }

  /** Judges the client of a TLS session. */
  public Verdict judge(SSLSession session) {
    Authorities authorities = current;
    if (authorities == null) {
      return Verdict.NOT_TRUSTED;
    }
    if (session.getValue(VERIFIED) instanceof Verified verified
        && verified.by().equals(authorities)
        && clock.instant().isBefore(verified.until())) {
      return Verdict.TRUSTED;
    }
    X509Certificate[] chain;
    try {
      chain =
          Arrays.stream(session.getPeerCertificates())
              .map(X509Certificate.class::cast)
              .toArray(X509Certificate[]::new);
    } catch (SSLPeerUnverifiedException _) {
      return Verdict.NO_CERTIFICATE;
    }
    try {
      authorities.verifier().checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
    } catch (CertificateException e) {
      LOG.debug("client certificate of {} refused", chain[0].getSubjectX500Principal(), e);
      return Verdict.NOT_TRUSTED;
    }
    if (!names.isEmpty() && CommonName.of(chain[0]).filter(names::contains).isEmpty()) {
      LOG.debug("client certificate of {} is of another name", chain[0].getSubjectX500Principal());
      return Verdict.NOT_NAMED;
    }
    session.putValue(VERIFIED, new Verified(authorities, end(chain)));
    return Verdict.TRUSTED;
  }

  /** The looking at the file. */
  public RepeatedLook looks() {
    return looks;
  }

  /** Stops looking at the file. */
  @Override
  public void close() {
    looks.close();
  }

  private void look() throws UnusableCertificateException {
    String pem = Pem.read(file, PURPOSE);
    Authorities before = current;
    if (before == null || !before.pem().equals(pem)) {
      current = load(pem);
      LOG.info("CA of clients loaded from {}", file);
    }
  }

  private Authorities load(String pem) throws UnusableCertificateException {
    List<X509Certificate> certificates = Pem.certificates(pem, file.toString());
    return new Authorities(pem, (X509TrustManager) TrustedCertificates.managers(certificates)[0]);
  }

  private void report(String problem, @Nullable Throwable bug) {
    LOG.atWarn()
        .setCause(bug)
        .log("CA of clients not loaded: {}; the last one stays in use", problem);
  }

  /** When the first certificate of a chain expires. */
  private static Instant end(X509Certificate[] chain) {
    return Arrays.stream(chain)
        .map(certificate -> certificate.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  /** The authorities of one content of the file. */
  private record Authorities(String pem, X509TrustManager verifier) {}

  /** What was found out about a session's client, which holds until then. */
  private record Verified(Authorities by, Instant until) {}
}
