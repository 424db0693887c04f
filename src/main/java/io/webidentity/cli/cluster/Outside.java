package io.webidentity.cli.cluster;

import io.webidentity.watch.UnusableContentException;
import java.net.http.HttpRequest;

/** Servers that are not the cluster's API server, as this machine reaches them. */
@FunctionalInterface
interface Outside {
  /**
   * An answer, whatever its status.
   *
   * @param status of HTTP
   */
  record Answer(int status, String body) {}

  /**
   * Sends a request once; redirects are answers like others.
   *
   * @throws UnusableContentException if there is no answer; it names the URL, and why
   */
  Answer send(HttpRequest request) throws UnusableContentException;
}
