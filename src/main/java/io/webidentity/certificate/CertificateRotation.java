package io.webidentity.certificate;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * When certificates of the built-in authority are made and change places. Each certificate has an
 * authority of its own, whose key is thrown away: whoever reads the Secret cannot sign another one.
 *
 * <table>
 * <caption>The life of a certificate</caption>
 * <tr><th>when</th><th>what</th></tr>
 * <tr><td>there is none that can be served</td><td>one is made and served at once</td></tr>
 * <tr><td>two thirds of its lifetime are over</td><td>the next one is made and its authority
 * announced</td></tr>
 * <tr><td>a sixth of the next one's lifetime later, and API servers have been told</td><td>the next
 * one is served; clients have trusted both for that long</td></tr>
 * <tr><td>it has expired</td><td>its authority is no longer trusted</td></tr>
 * </table>
 *
 * <p>Clocks of replicas may differ, and may be set. A next certificate that is not valid yet waits
 * until it is: were it dropped, a replica whose clock is ahead would make another one at each look,
 * and the authorities to trust would grow without end.
 */
final class CertificateRotation {
  private static final int ANNOUNCED_FRACTION = 6;

  private final List<String> dnsNames;
  private final Duration lifetime;
  private final Clock clock;

  /**
   * @param dnsNames names that every certificate has
   * @param lifetime from issue to expiry
   */
  CertificateRotation(List<String> dnsNames, Duration lifetime, Clock clock) {
    this.dnsNames = List.copyOf(dnsNames);
    this.lifetime = lifetime;
    this.clock = clock;
  }

  /**
   * What should be shared now, given what is.
   *
   * @param announced authorities that API servers have been told to trust
   */
  SharedCertificates advance(SharedCertificates shared, Collection<X509Certificate> announced) {
    Instant now = clock.instant();
    Optional<ServingCertificate> next = shared.next().filter(pair -> lasts(pair, now));
    Optional<ServingCertificate> current =
        shared.current().filter(pair -> lasts(pair, now) && pair.isValidAt(now));
    if (current.isEmpty()) {
      current = Optional.of(next.filter(pair -> pair.isValidAt(now)).orElseGet(this::issue));
      next = Optional.empty();
    } else if (next.isEmpty() && !now.isBefore(renewal(current.get()))) {
      next = Optional.of(issue());
    } else if (next.isPresent()
        && announced.contains(next.get().authority())
        && !now.isBefore(promotion(next.get()))) {
      current = next;
      next = Optional.empty();
    }
    return new SharedCertificates(current, next, trusted(shared, current.get(), next, now));
  }

  private ServingCertificate issue() {
    return new SelfSignedAuthority(clock, lifetime).issueServing(dnsNames);
  }

  private static List<X509Certificate> trusted(
      SharedCertificates shared,
      ServingCertificate current,
      Optional<ServingCertificate> next,
      Instant now) {
    Set<X509Certificate> trusted = new LinkedHashSet<>();
    next.ifPresent(pair -> trusted.add(pair.authority()));
    trusted.add(current.authority());
    shared.trusted().stream()
        .filter(authority -> now.isBefore(authority.getNotAfter().toInstant()))
        .forEach(trusted::add);
    return List.copyOf(trusted);
  }

  /** Whether it can be served now or later. */
  private boolean lasts(ServingCertificate pair, Instant now) {
    return !now.isAfter(pair.notAfter()) && namesOf(pair.leaf()).containsAll(dnsNames);
  }

  /** The time at which two thirds of the lifetime are over. */
  private static Instant renewal(ServingCertificate pair) {
    Instant issued = SelfSignedAuthority.issuedAt(pair.leaf());
    return issued.plus(Duration.between(issued, pair.notAfter()).multipliedBy(2).dividedBy(3));
  }

  private static Instant promotion(ServingCertificate pair) {
    Instant issued = SelfSignedAuthority.issuedAt(pair.leaf());
    return issued.plus(Duration.between(issued, pair.notAfter()).dividedBy(ANNOUNCED_FRACTION));
  }

  private static Set<String> namesOf(X509Certificate certificate) {
    try {
      return Optional.ofNullable(certificate.getSubjectAlternativeNames())
          .orElse(List.of())
          .stream()
          .map(name -> String.valueOf(name.get(1)))
          .collect(Collectors.toSet());
    } catch (CertificateParsingException e) {
      return Set.of();
    }
  }
}
