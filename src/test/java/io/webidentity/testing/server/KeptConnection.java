package io.webidentity.testing.server;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One kept connection over TLS, HTTP/1.1: opened by its first request, and again after a failure.
 * What is sent are bytes, so that nothing corrects them on their way.
 */
public final class KeptConnection implements AutoCloseable {
  private static final String LENGTH = "content-length:";

  private final URI server;
  private final SSLContext trust;
  private @Nullable SSLSocket socket;
  private InputStream input = InputStream.nullInputStream();
  private OutputStream output = OutputStream.nullOutputStream();

  /**
   * Not opened yet.
   *
   * @param server its host and port
   * @param trust verifies its certificate
   */
  public KeptConnection(URI server, SSLContext trust) {
    this.server = server;
    this.trust = trust;
  }

  /** A request as API servers send it, head and body. */
  public static byte[] post(URI url, byte[] review) {
    byte[] head =
        """
        POST %s HTTP/1.1\r
        Host: %s:%d\r
        User-Agent: kube-apiserver-admission\r
        Content-Length: %d\r
        Accept: application/json, */*\r
        Content-Type: application/json\r
        Accept-Encoding: gzip\r
        \r
        """
            .formatted(url.getPath(), url.getHost(), url.getPort(), review.length)
            .getBytes(StandardCharsets.US_ASCII);
    byte[] request = new byte[head.length + review.length];
    System.arraycopy(head, 0, request, 0, head.length);
    System.arraycopy(review, 0, request, head.length, review.length);
    return request;
  }

  private void open() throws IOException {
    SSLSocket opened =
        (SSLSocket) trust.getSocketFactory().createSocket(server.getHost(), server.getPort());
    socket = opened;
    opened.setTcpNoDelay(true);
    input = new BufferedInputStream(opened.getInputStream(), 32 * 1024);
    output = opened.getOutputStream();
  }

  /** Closes the connection; the next request opens another. */
  @Override
  public void close() {
    SSLSocket opened = socket;
    socket = null;
    if (opened != null) {
      try {
        opened.close();
      } catch (IOException e) {
        // It is of no use any more either way.
      }
    }
  }

  /** Sends a request; the whole answer. */
  public String exchange(byte[] request) throws IOException {
    send(request);
    StringBuilder answer = new StringBuilder();
    int length = 0;
    for (String line = line(); !line.isEmpty(); line = line()) {
      answer.append(line).append('\n');
      if (line.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
        length = Integer.parseInt(line.substring(LENGTH.length()).strip());
      }
    }
    return answer.append(new String(input.readNBytes(length), StandardCharsets.UTF_8)).toString();
  }

  /** Sends bytes, and reads nothing. */
  public void send(byte[] bytes) throws IOException {
    if (socket == null) {
      open();
    }
    output.write(bytes);
    output.flush();
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = input.read(); next != '\n'; next = input.read()) {
      if (next < 0) {
        throw new IOException("the connection was closed");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }
}
