package io.webidentity.kubernetes;

import io.webidentity.testing.cluster.ApiServerProxy;
import io.webidentity.testing.cluster.ProxyBehaviour;
import io.webidentity.testing.cluster.ProxyBehaviour.Answer;
import io.webidentity.testing.cluster.ProxyBehaviour.Cut;
import io.webidentity.testing.cluster.ProxyBehaviour.End;
import io.webidentity.testing.cluster.ProxyBehaviour.Forward;
import io.webidentity.testing.cluster.ProxyBehaviour.Hang;
import io.webidentity.testing.cluster.ProxyBehaviour.Refuse;
import io.webidentity.testing.cluster.ProxyBehaviour.Trickle;
import io.webidentity.testing.cluster.ProxyBehaviour.Vanish;
import io.webidentity.testing.cluster.RequestKind;
import java.util.Map;
import java.util.Set;

/**
 * What goes wrong between the webhook and the API server, each for as long as it lasts. A fault is
 * one entry: which requests get what. Watches that are open when it begins are cut, unless the
 * fault is about them; what is asked for beside the named kinds works.
 */
enum ApiServerFault {
  WATCH_GONE(watches(new Answer(410))),
  WATCH_GONE_EVENT(watches(error(410))),
  WATCH_THROTTLED(watches(new Answer(429, Map.of("Retry-After", "1")))),
  WATCH_THROTTLED_FOR_A_DAY(watches(new Answer(429, Map.of("Retry-After", "86400")))),
  WATCH_THROTTLED_BY_EVENT_FOR_A_DAY(
      watches(
          event(
              "ERROR",
              Answer.status(429)
                  .replace("\"code\"", "\"details\":{\"retryAfterSeconds\":86400},\"code\"")))),
  WATCH_UNAUTHORIZED(watches(new Answer(401))),
  WATCH_FORBIDDEN(watches(new Answer(403))),
  WATCH_FAILS(watches(new Answer(500))),
  WATCH_ERROR_403(watches(error(403))),
  WATCH_ERROR_500(watches(error(500))),
  WATCH_ERROR_504(watches(error(504))),
  WATCH_ERROR_WITHOUT_STATUS(watches(event("ERROR", "{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}"))),
  WATCH_ERROR_OF_UNKNOWN_KIND(
      watches(event("ERROR", "{\"kind\":\"Odd\",\"apiVersion\":\"x/v9\"}"))),
  WATCH_EVENT_OF_UNKNOWN_TYPE(
      watches(event("RENAMED", "{\"kind\":\"Odd\",\"apiVersion\":\"v1\"}"))),
  WATCH_EVENT_WITHOUT_OBJECT(watches(Answer.json("{\"type\":\"MODIFIED\"}\n"))),
  WATCH_EVENT_WITHOUT_METADATA(
      watches(event("ADDED", "{\"kind\":\"ServiceAccount\",\"apiVersion\":\"v1\"}"))),
  WATCH_EVENT_WITHOUT_NAME(
      watches(
          event("ADDED", "{\"kind\":\"ServiceAccount\",\"apiVersion\":\"v1\",\"metadata\":{}}"))),
  WATCH_GARBAGE(watches(Answer.json("\u0000\u0007{]\n\n\ufffd garbage"))),
  WATCH_ENDS_AT_ONCE(watches(Answer.json(""))),
  WATCH_RESET(watches(new Refuse())),
  WATCH_VANISHES(watches(new Vanish())),
  WATCH_SILENT(watches(new Cut(0, End.SILENCE)), Set.of(Trait.SILENT)),
  WATCH_STALLS(Map.of(), Set.of(Trait.FREEZES)),
  WATCH_HTML(watches(Answer.html(200))),
  WATCH_TRICKLES(watches(new Trickle(40))),
  LIST_GONE(lists(new Answer(410))),
  LIST_THROTTLED(lists(new Answer(429, Map.of("Retry-After", "1")))),
  LIST_UNAVAILABLE_FOR_A_DAY(lists(new Answer(503, Map.of("Retry-After", "86400")))),
  LIST_FORBIDDEN(lists(new Answer(403))),
  LIST_CUT(lists(new Cut(600, End.CLOSE))),
  LIST_STALLS(lists(new Cut(600, End.SILENCE))),
  LIST_VANISHES(lists(new Vanish())),
  LIST_TRICKLES(lists(new Trickle(40))),
  LIST_INVALID_JSON(
      lists(Answer.json("{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[{\"meta"))),
  LIST_EMPTY_BODY(lists(Answer.json(""))),
  LIST_NO_LIST(lists(Answer.json("{}"))),
  LIST_NULL(lists(Answer.json("null"))),
  LIST_STATUS(lists(Answer.json(Answer.status(500)))),
  LIST_HTML(lists(Answer.html(200))),
  GET_THROTTLED(gets(new Answer(429, Map.of("Retry-After", "1")))),
  GET_CUT(gets(new Cut(100, End.CLOSE))),
  GET_STALLS(gets(new Cut(100, End.SILENCE))),
  GET_VANISHES(gets(new Vanish())),
  GET_INVALID_JSON(gets(Answer.json("{\"kind\":\"ServiceAccount\",\"metadata\":{\"name\""))),
  GET_NO_OBJECT(gets(Answer.json("{}"))),
  GET_NULL(gets(Answer.json("null"))),
  GET_EMPTY_BODY(gets(Answer.json(""))),
  GET_STATUS(gets(Answer.json(Answer.status(500)))),
  GET_HTML(gets(Answer.html(200))),
  GET_NOT_FOUND_BY_A_LOAD_BALANCER(gets(Answer.html(404))),
  ALL_REFUSED(all(new Refuse())),
  ALL_HANG(all(new Hang())),
  ALL_VANISH(all(new Vanish())),
  ALL_UNAUTHORIZED(all(new Answer(401))),
  ALL_FORBIDDEN(all(new Answer(403))),
  ALL_FAIL(all(new Answer(500))),
  ALL_THROTTLED(all(new Answer(429, Map.of("Retry-After", "1")))),
  ALL_HTML_502(all(Answer.html(502))),
  ALL_HTML_200(all(Answer.html(200))),
  ALL_TRICKLE(all(new Trickle(40)), Set.of(Trait.READS_WORK));

  @SuppressWarnings("ImmutableEnumChecker") // Both are unmodifiable.
  private final Map<RequestKind, ProxyBehaviour> behaviours;

  @SuppressWarnings("ImmutableEnumChecker")
  private final Set<Trait> traits;

  ApiServerFault(Map<RequestKind, ProxyBehaviour> behaviours) {
    this(behaviours, Set.of());
  }

  ApiServerFault(Map<RequestKind, ProxyBehaviour> behaviours, Set<Trait> traits) {
    this.behaviours = behaviours;
    this.traits = traits;
  }

  void begin(ApiServerProxy proxy) {
    behaviours.forEach(proxy::on);
    if (freezes()) {
      proxy.freeze(RequestKind.WATCH);
    } else {
      proxy.cut(RequestKind.WATCH);
    }
  }

  /** What was cut, frozen or answered stays so; what comes from now on works. */
  static void end(ApiServerProxy proxy) {
    proxy.onAll(new Forward());
  }

  /**
   * Whether live look-ups are made and get through while it lasts: then old rules decide nothing.
   */
  boolean readsWork() {
    return !silent()
        && (!behaviours.containsKey(RequestKind.GET) || traits.contains(Trait.READS_WORK));
  }

  /** Whether open watches bring nothing more; new ones do. */
  boolean freezes() {
    return traits.contains(Trait.FREEZES);
  }

  /** Whether watches are open that never bring anything, also after it. */
  boolean silent() {
    return traits.contains(Trait.SILENT);
  }

  private static Map<RequestKind, ProxyBehaviour> watches(ProxyBehaviour behaviour) {
    return Map.of(RequestKind.WATCH, behaviour);
  }

  /** The watch is no longer good either, so that there are lists. */
  private static Map<RequestKind, ProxyBehaviour> lists(ProxyBehaviour behaviour) {
    return Map.of(RequestKind.LIST, behaviour, RequestKind.WATCH, new Answer(410));
  }

  private static Map<RequestKind, ProxyBehaviour> gets(ProxyBehaviour behaviour) {
    return Map.of(RequestKind.GET, behaviour, RequestKind.WATCH, new Answer(503));
  }

  private static Map<RequestKind, ProxyBehaviour> all(ProxyBehaviour behaviour) {
    return Map.of(
        RequestKind.LIST, behaviour, RequestKind.WATCH, behaviour, RequestKind.GET, behaviour);
  }

  private static Answer error(int code) {
    return event("ERROR", Answer.status(code));
  }

  private static Answer event(String type, String object) {
    return Answer.json("{\"type\":\"%s\",\"object\":%s}\n".formatted(type, object));
  }

  private enum Trait {
    /** Open watches stay open, and nothing comes on them. */
    FREEZES,
    /** Watches open, and nothing shows for {@link WatchAge#SILENCE_LIMIT} that they are dead. */
    SILENT,
    /** What the fault does to reads lets them work. */
    READS_WORK
  }
}
