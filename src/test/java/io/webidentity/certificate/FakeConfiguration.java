package io.webidentity.certificate;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;

/** A webhook configuration with the API server's optimistic concurrency. */
final class FakeConfiguration implements TrustedAuthorities {
  volatile List<X509Certificate> trusted = List.of();
  volatile Runnable beforeAnnounce = () -> {};
  private int version;

  @Override
  public synchronized Announcement read() {
    String pem = trusted.isEmpty() ? "" : new String(Pem.write(trusted), StandardCharsets.US_ASCII);
    return new Announcement(String.valueOf(version), trusted, List.of(pem));
  }

  @Override
  public synchronized boolean announce(Announcement before, List<X509Certificate> authorities) {
    beforeAnnounce.run();
    if (!before.resourceVersion().equals(String.valueOf(version))) {
      return false;
    }
    set(authorities);
    return true;
  }

  synchronized void set(List<X509Certificate> authorities) {
    trusted = List.copyOf(authorities);
    version++;
  }
}
