package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.aws.EndpointUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The precedence tables of {@link Injector} and {@link PodInjection}, row by row. */
class InjectorTest {
  private static final String SKIP = "\"eks.amazonaws.com/skip-pod-identity-webhook\":\"\"";
  private static final String MIRROR = "\"kubernetes.io/config.mirror\":\"x\"";
  private static final String ALL_CHOSEN =
      "{\"name\":\"AWS_ROLE_ARN\"},{\"name\":\"AWS_WEB_IDENTITY_TOKEN_FILE\"},"
          + "{\"name\":\"AWS_REGION\"},{\"name\":\"AWS_STS_REGIONAL_ENDPOINTS\"}";
  private static final String CREDENTIALS_CHOSEN =
      "{\"name\":\"AWS_ROLE_ARN\"},{\"name\":\"AWS_WEB_IDENTITY_TOKEN_FILE\"}";
  private static final String HALF_CHOSEN = "{\"name\":\"AWS_WEB_IDENTITY_TOKEN_FILE\"}";
  private static final String OUR_VOLUME =
      "{\"name\":\"aws-iam-token\","
          + "\"projected\":{\"sources\":[{\"serviceAccountToken\":{\"path\":\"token\"}}]}}";
  private static final String OUR_MOUNT = mount("aws-iam-token", Injection.MOUNT_PATH);
  private static final String ELSEWHERE = mount("aws-iam-token", "/tokens");
  private static final String STRANGER = mount("data", Injection.MOUNT_PATH + "/");

  @ParameterizedTest
  @CsvSource({
    "true, true, '', OPTED_OUT",
    "true, false, app, OPTED_OUT",
    "false, true, '', MIRROR_POD",
    "false, true, app, MIRROR_POD",
    "false, false, '', NO_SERVICE_ACCOUNT",
    "false, false, app, ",
  })
  void pods_that_are_left_alone_whoever_they_run_as(
      boolean skipLabel, boolean mirror, String account, Reason reason) {
    Pod pod =
        Injection.DEFAULT.pod(
            "{\"metadata\":{\"labels\":{%s},\"annotations\":{%s}},\"spec\":{\"serviceAccountName\":\"%s\"}}"
                .formatted(skipLabel ? SKIP : "", mirror ? MIRROR : "", account));
    Optional<Decision.Skip> skip = Injection.DEFAULT.injector().skipBeforeIdentity(pod);
    assertThat(skip)
        .isEqualTo(Optional.ofNullable(reason).map(why -> new Decision.Skip(why, List.of())));
  }

  @Test
  void a_container_that_is_skipped_gets_nothing() {
    expect("skipped", "", STRANGER, Reason.CONTAINER_SKIPPED, false, false);
  }

  @Test
  void a_container_that_has_made_all_choices_gets_nothing() {
    expect("c", ALL_CHOSEN, "", Reason.CONTAINER_ALREADY_CONFIGURED, false, false);
    expect("c", ALL_CHOSEN, STRANGER, Reason.CONTAINER_ALREADY_CONFIGURED, false, false);
    expect("c", ALL_CHOSEN, ELSEWHERE, Reason.CONTAINER_ALREADY_CONFIGURED, false, false);
  }

  @Test
  void a_container_with_something_else_at_our_path_gets_nothing_but_a_finding() {
    expect("c", "", STRANGER, Reason.MOUNT_PATH_TAKEN, false, false, Reason.MOUNT_PATH_TAKEN);
    expect(
        "c",
        "",
        OUR_MOUNT + "," + STRANGER,
        Reason.MOUNT_PATH_TAKEN,
        false,
        false,
        Reason.MOUNT_PATH_TAKEN);
    expect("c", CREDENTIALS_CHOSEN, STRANGER, Reason.CONTAINER_ALREADY_CONFIGURED, false, false);
  }

  @Test
  void a_container_with_half_of_the_credentials_is_told_and_gets_the_mount_as_ever() {
    Reason partly = Reason.CONTAINER_PARTLY_CONFIGURED;
    expect("c", HALF_CHOSEN, "", partly, false, true, partly);
    expect("c", HALF_CHOSEN, OUR_MOUNT, partly, false, false, partly);
    expect("c", HALF_CHOSEN, STRANGER, partly, false, false, partly, Reason.MOUNT_PATH_TAKEN);
  }

  @Test
  void a_container_with_our_mount_gets_what_is_left_of_the_variables() {
    expect("c", CREDENTIALS_CHOSEN, OUR_MOUNT, Reason.CONTAINER_ALREADY_CONFIGURED, false, false);
    expect("c", "", OUR_MOUNT, Reason.CONTAINER_INJECTED, true, false);
    expect("c", "", ELSEWHERE + "," + OUR_MOUNT, Reason.CONTAINER_INJECTED, true, false);
  }

  @Test
  void a_container_with_our_volume_elsewhere_gets_a_second_mount_and_a_finding() {
    expect(
        "c", "", ELSEWHERE, Reason.CONTAINER_INJECTED, true, true, Reason.VOLUME_MOUNTED_ELSEWHERE);
    expect(
        "c",
        CREDENTIALS_CHOSEN,
        ELSEWHERE,
        Reason.CONTAINER_INJECTED,
        false,
        true,
        Reason.VOLUME_MOUNTED_ELSEWHERE);
  }

  @Test
  void any_other_container_gets_variables_and_the_mount() {
    expect("c", "", "", Reason.CONTAINER_INJECTED, true, true);
    expect("c", CREDENTIALS_CHOSEN, "", Reason.CONTAINER_INJECTED, false, true);
  }

  /** Env of the container, and what it is given when everything is set about sessions. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|ROLE_ARN WEB_IDENTITY_TOKEN_FILE ROLE_SESSION_NAME ENDPOINT_URL_STS ENDPOINT_URL",
        "ROLE_SESSION_NAME|ROLE_ARN WEB_IDENTITY_TOKEN_FILE ENDPOINT_URL_STS ENDPOINT_URL",
        "ENDPOINT_URL_STS|ROLE_ARN WEB_IDENTITY_TOKEN_FILE ROLE_SESSION_NAME ENDPOINT_URL",
        "ENDPOINT_URL|ROLE_ARN WEB_IDENTITY_TOKEN_FILE ROLE_SESSION_NAME ENDPOINT_URL_STS",
        "ROLE_SESSION_NAME ENDPOINT_URL_STS ENDPOINT_URL|ROLE_ARN WEB_IDENTITY_TOKEN_FILE",
        "ROLE_ARN|''",
        "WEB_IDENTITY_TOKEN_FILE|''",
        "REGION STS_REGIONAL_ENDPOINTS ENDPOINT_URL"
            + "|ROLE_ARN WEB_IDENTITY_TOKEN_FILE ROLE_SESSION_NAME ENDPOINT_URL_STS",
      })
  void what_is_set_about_sessions_belongs_to_the_credentials(String has, String given) {
    Identity plain = Injection.DEFAULT.identity();
    SdkSession session =
        new SdkSession(
            Optional.of(new SessionName.Text("shop.app")),
            EndpointUrl.of("https://sts.example.com"),
            EndpointUrl.of("http://minio:9000"));
    Injection injection =
        new Injection(
            Injection.DEFAULT.settings(),
            new Identity(
                plain.credentials(),
                plain.token(),
                plain.endpoints(),
                plain.region(),
                session,
                List.of()));
    String env =
        names(has).stream()
            .map("{\"name\":\"%s\"}"::formatted)
            .collect(Collectors.joining(",", "[", "]"));
    Decision decision =
        injection.decide(
            "{\"spec\":{\"serviceAccountName\":\"app\",\"containers\":[{\"name\":\"c\",\"env\":%s}]}}"
                .formatted(env));
    List<String> added = new ArrayList<>();
    for (JsonNode operation : Injection.patch(decision)) {
      if (operation.path("path").textValue().endsWith("/env/-")) {
        added.add(operation.at("/value/name").textValue());
      }
    }
    assertThat(added).isEqualTo(names(given));
  }

  private static List<String> names(String variables) {
    return Pattern.compile(" ")
        .splitAsStream(variables)
        .filter(name -> !name.isEmpty())
        .map(name -> "AWS_" + name)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"86400, 79200 to 86400", "86399, 86399", "600, 600", "86401, 86401"})
  void only_a_whole_day_is_spread_and_only_of_container_credentials(long asked, String given) {
    Injector injector =
        new Injector(
            Injection.DEFAULT.settings(),
            (lowest, highest) -> {
              assertThat(lowest + " to " + highest).isEqualTo(given);
              return 80_000;
            });
    Pod plain = Injection.DEFAULT.pod("{}");
    Pod annotated =
        Injection.DEFAULT.pod(
            "{\"metadata\":{\"annotations\":{\"eks.amazonaws.com/token-expiration\":\"%d\"}}}"
                .formatted(asked));
    long result = asked == 86_400 ? 80_000 : asked;

    Identity container = with(new Credentials.Container(), asked);
    assertThat(expiration(injector.decide(plain, container))).isEqualTo(result);
    assertThat(expiration(injector.decide(annotated, with(new Credentials.Container(), 7_200))))
        .isEqualTo(result);
    assertThat(
            expiration(
                injector.decide(plain, with(Injection.DEFAULT.identity().credentials(), asked))))
        .isEqualTo(asked);
  }

  private static Identity with(Credentials credentials, long expirationSeconds) {
    Identity plain = Injection.DEFAULT.identity();
    return new Identity(
        credentials,
        new TokenRequest("aud", expirationSeconds),
        plain.endpoints(),
        plain.region(),
        plain.session(),
        List.of());
  }

  private static long expiration(Decision decision) {
    return Injection.patch(decision).findValue("expirationSeconds").longValue();
  }

  @Test
  void a_pod_without_a_spec_is_given_one() {
    Decision decision = decide("{\"metadata\":{}}");
    assertThat(paths(decision)).containsExactly("/spec", "/spec/volumes");
  }

  @Test
  void only_findings_of_the_pod_remain_where_nothing_is_left_to_add() {
    Finding finding = Finding.saying(Reason.AUDIENCE_EMPTY, "x");
    Identity given = Injection.DEFAULT.identity();
    Identity identity =
        new Identity(
            given.credentials(),
            given.token(),
            given.endpoints(),
            given.region(),
            given.session(),
            List.of(finding));
    Pod pod = Injection.DEFAULT.pod("{\"spec\":{\"volumes\":[%s]}}".formatted(OUR_VOLUME));
    assertThat(Injection.DEFAULT.injector().decide(pod, identity))
        .isEqualTo(new Decision.Skip(Reason.ALREADY_INJECTED, List.of(finding)));
  }

  @Test
  void a_finding_about_a_second_mount_names_both_places() {
    Decision decision = decide(pod("c", "", ELSEWHERE));
    assertThat(decision.findings())
        .containsExactly(Finding.volumeMountedElsewhere("c", "/tokens", Injection.MOUNT_PATH));
  }

  /** The container is the second of a pod without our volume; the first one has everything. */
  private static void expect(
      String name,
      String env,
      String mounts,
      Reason outcome,
      boolean variables,
      boolean mount,
      Reason... findings) {
    Decision decision = decide(pod(name, env, mounts));
    List<String> paths = new ArrayList<>(List.of("/spec/volumes/0"));
    if (variables) {
      paths.add("/spec/containers/1/env/-");
      paths.add("/spec/containers/1/env/-");
    }
    if (mount) {
      paths.add("/spec/containers/1/volumeMounts/-");
    }
    assertThat(paths(decision)).isEqualTo(paths);
    assertThat(decision.findings()).extracting(Finding::reason).containsExactly(findings);
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Inject.class,
            inject ->
                assertThat(inject.containers())
                    .containsExactly(
                        new Decision.ContainerDecision(
                            "first", Reason.CONTAINER_ALREADY_CONFIGURED),
                        new Decision.ContainerDecision(name, outcome)));
  }

  private static List<String> paths(Decision decision) {
    List<String> paths = new ArrayList<>();
    Injection.patch(decision).forEach(operation -> paths.add(operation.path("path").textValue()));
    return paths;
  }

  private static Decision decide(String pod) {
    return Injection.DEFAULT
        .injector()
        .decide(Injection.DEFAULT.pod(pod), Injection.DEFAULT.identity());
  }

  private static String pod(String name, String env, String mounts) {
    return """
    {"metadata": {"annotations": {"eks.amazonaws.com/skip-containers": "skipped"}},
     "spec": {
      "volumes": [{"name": "data"}],
      "containers": [
        {"name": "first", "env": [%s], "volumeMounts": [%s]},
        {"name": "%s", "env": [%s], "volumeMounts": [%s]}]}}
    """
        .formatted(CREDENTIALS_CHOSEN, OUR_MOUNT, name, env, mounts);
  }

  private static String mount(String volume, String path) {
    return "{\"name\":\"%s\",\"mountPath\":\"%s\"}".formatted(volume, path);
  }
}
