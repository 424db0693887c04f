package io.webidentity.testing.cluster;

import java.util.LinkedHashMap;
import java.util.Map;

/** What an {@link ApiServerProxy} does with a request. */
public sealed interface ProxyBehaviour {
  /** Nothing answers until the behaviour changes; the new one then holds for what waits. */
  record Hang() implements ProxyBehaviour {}

  /** A behaviour that the request keeps, whatever those after it get. */
  sealed interface Responder extends ProxyBehaviour {}

  /** The API server answers. */
  record Forward() implements Responder {}

  /** The connection is reset, as by a host that is gone. */
  record Refuse() implements Responder {}

  /** No byte comes, and no end: packets are lost without a sign. */
  record Vanish() implements Responder {}

  /**
   * The API server answers, but only the start of the body arrives.
   *
   * @param bytes of the body that arrive
   * @param end what comes then
   */
  record Cut(int bytes, End end) implements Responder {}

  /** How a body ends that was cut. */
  enum End {
    /** The connection is closed. */
    CLOSE,
    /** The connection stays open, and nothing comes any more. */
    SILENCE
  }

  /** The API server answers, and its bytes arrive a few at a time. */
  record Trickle(int bytesPerMillisecond) implements Responder {}

  /**
   * The proxy answers in the API server's place.
   *
   * @param status HTTP status, such as 429 or 503
   * @param fields header fields beside the length
   * @param body text, sent as it is
   */
  record Answer(int status, Map<String, String> fields, String body) implements Responder {
    private static final String JSON = "application/json";

    public Answer {
      fields = Map.copyOf(fields);
    }

    /** An error, as API servers answer it. */
    public Answer(int status) {
      this(status, Map.of());
    }

    /** The same, with further header fields. */
    public Answer(int status, Map<String, String> fields) {
      this(status, withType(JSON, fields), status(status));
    }

    /** 200 with this JSON, or what only claims to be JSON. */
    public static Answer json(String body) {
      return new Answer(200, withType(JSON, Map.of()), body);
    }

    /** A page of a load balancer's. */
    public static Answer html(int status) {
      return new Answer(
          status,
          withType("text/html", Map.of()),
          "<html>\n<body><h1>Service Unavailable</h1></body>\n</html>\n");
    }

    /** A redirection. */
    public static Answer redirect(int status, String location) {
      return new Answer(status, withType("text/html", Map.of("Location", location)), "");
    }

    /** The JSON of a Status, as errors have it in their bodies and in events of a watch. */
    public static String status(int code) {
      return """
      {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"answered by a test","code":%d}\
      """
          .formatted(code);
    }

    private static Map<String, String> withType(String type, Map<String, String> more) {
      Map<String, String> fields = new LinkedHashMap<>(more);
      fields.put("Content-Type", type);
      return fields;
    }
  }
}
