package io.webidentity.testing.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A connection to a server on this machine, on which a test writes bytes as it likes. */
public final class RawConnection implements AutoCloseable {
  /** How long a test waits for bytes before it gives up, milliseconds. */
  private static final int PATIENCE_MILLIS = 60_000;

  private static final Pattern RESPONSE = Pattern.compile("HTTP/1\\.[01] \\d{3} ");

  private final Socket socket;

  private RawConnection(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
  }

  /** In plain text. */
  public static RawConnection plain(int port) throws IOException {
    return new RawConnection(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** With a TLS handshake. */
  public static RawConnection tls(SSLContext trust, int port) throws IOException {
    SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket("localhost", port);
    RawConnection connection = new RawConnection(socket);
    socket.startHandshake();
    return connection;
  }

  /** Sends text. */
  public RawConnection send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends bytes; what a server that has closed does not take is of no interest. */
  public RawConnection send(byte[] bytes) throws IOException {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (SocketException _) {
      // It has closed; what it answered before can be read.
    }
    return this;
  }

  /**
   * Reads until the server closes the connection.
   *
   * @throws java.net.SocketTimeoutException if it does not
   */
  public String readToEnd() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    for (int b = in.read(); b != -1; b = in.read()) {
      bytes.write(b);
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  /** Reads one response, whose length its head has to say. */
  public String readResponse() throws IOException {
    HttpHead head = HttpHead.read(socket.getInputStream());
    byte[] body = socket.getInputStream().readNBytes(head.contentLength());
    return new String(head.bytes(), StandardCharsets.ISO_8859_1)
        + new String(body, StandardCharsets.UTF_8);
  }

  /** How many responses begin in the text. */
  public static long responses(String text) {
    return RESPONSE.matcher(text).results().count();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
