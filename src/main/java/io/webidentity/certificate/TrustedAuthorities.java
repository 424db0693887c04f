package io.webidentity.certificate;

import java.security.cert.X509Certificate;
import java.util.List;

/** Where API servers read which authorities to trust. */
interface TrustedAuthorities {
  /**
   * What API servers are told now.
   *
   * @throws ClusterStateException if it cannot be read
   */
  Announcement read() throws ClusterStateException;

  /**
   * Tells them something else, unless somebody has changed it since it was read.
   *
   * @return whether it was written; if not, the next attempt sees what the other one wrote
   * @throws ClusterStateException if it cannot be written
   */
  boolean announce(Announcement before, List<X509Certificate> authorities)
      throws ClusterStateException;

  /**
   * What API servers are told at one moment.
   *
   * @param resourceVersion what the API server calls this state
   * @param everywhere authorities that every entry of ours names
   * @param pem the text of each entry's bundle, in their order; empty where there is none
   */
  record Announcement(String resourceVersion, List<X509Certificate> everywhere, List<String> pem) {
    public Announcement {
      everywhere = List.copyOf(everywhere);
      pem = List.copyOf(pem);
    }
  }
}
