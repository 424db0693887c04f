package io.webidentity.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.account.AccountFinder;
import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.audit.PodCheck.Checked;
import io.webidentity.audit.PodCheck.Compared;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.inject.InputNamespaces;
import io.webidentity.cli.inject.OfflineSettings;
import io.webidentity.cli.inject.OfflineSources;
import io.webidentity.decision.PodTreeDecider;
import io.webidentity.identity.Trail;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.injection.Decision;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodCheckTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROLE = "arn:aws:iam::111122223333:role/orders";
  private static final String PREFIX = "eks.amazonaws.com/";

  private static final String POD =
      """
      {"metadata": {"name": "web", "labels": {}, "annotations": {}},
       "spec": {"serviceAccountName": "orders", "containers": [
        {"name": "app", "env": [{"name": "LEVEL", "value": "info"}]}]}}
      """;

  @Test
  void a_pod_that_was_not_injected_lacks_its_credentials() throws Exception {
    assertThat(state(pod(), Map.of(PREFIX + "role-arn", ROLE))).isEqualTo(PodState.MISSING);
  }

  @Test
  void a_pod_that_was_injected_has_what_it_should_have() throws Exception {
    Map<String, String> annotations = Map.of(PREFIX + "role-arn", ROLE);
    assertThat(state(injected(pod(), annotations), annotations)).isEqualTo(PodState.AS_DECIDED);
  }

  @Test
  void a_pod_of_an_account_without_a_role_may_have_nothing() throws Exception {
    assertThat(state(pod(), Map.of())).isEqualTo(PodState.AS_DECIDED);
  }

  @ParameterizedTest
  @CsvSource({
    "role-arn, arn:aws:iam::111122223333:role/other, OTHER_ROLE",
    "role-arn, '', NOT_DUE",
    "audience, other, OTHER_AUDIENCE",
    "token-expiration, 3600, AS_DECIDED",
    "region, eu-central-1, AS_DECIDED",
  })
  void what_changed_after_injection_is_seen(String key, String value, PodState state)
      throws Exception {
    ObjectNode pod = injected(pod(), Map.of(PREFIX + "role-arn", ROLE));
    Map<String, String> now =
        key.equals("role-arn")
            ? Map.of(PREFIX + key, value)
            : Map.of(PREFIX + "role-arn", ROLE, PREFIX + key, value);
    assertThat(state(pod, now)).isEqualTo(state);
  }

  @Test
  void a_role_of_the_containers_own_is_not_ours_to_compare() throws Exception {
    ObjectNode pod = pod();
    ((ArrayNode) pod.at("/spec/containers/0/env"))
        .addObject()
        .put("name", "AWS_ROLE_ARN")
        .put("value", "arn:aws:iam::111122223333:role/own");

    assertThat(state(pod, Map.of(PREFIX + "role-arn", ROLE))).isEqualTo(PodState.AS_DECIDED);
  }

  @Test
  void a_token_volume_of_the_pods_own_is_not_ours_to_compare() throws Exception {
    ObjectNode pod = injected(pod(), Map.of(PREFIX + "role-arn", ROLE));
    JsonNode own = JSON.readTree(pod.toString().replace("aws-iam-token", "own-token"));

    assertThat(state(own, Map.of())).isEqualTo(PodState.AS_DECIDED);
  }

  @Test
  void the_opt_out_label_ends_every_comparison() throws Exception {
    ObjectNode pod = pod();
    ((ObjectNode) pod.at("/metadata/labels")).put(AnnotationKeys.SKIP_LABEL, "");

    assertThat(state(pod, Map.of(PREFIX + "role-arn", ROLE))).isEqualTo(PodState.AS_DECIDED);
  }

  @Test
  void a_container_added_after_injection_is_told_apart_from_the_others() throws Exception {
    Map<String, String> annotations = Map.of(PREFIX + "role-arn", ROLE);
    ObjectNode pod = injected(pod(), annotations);
    ((ArrayNode) pod.at("/spec/containers")).addObject().put("name", "proxy");

    Checked checked = check(pod, annotations);

    assertThat(checked.containers())
        .extracting(Compared::container, Compared::state)
        .containsExactly(tuple("app", PodState.AS_DECIDED), tuple("proxy", PodState.MISSING));
    assertThat(checked.worst().container()).isEqualTo("proxy");
  }

  @Test
  void a_container_without_the_token_lacks_a_part() throws Exception {
    Map<String, String> annotations = Map.of(PREFIX + "role-arn", ROLE);
    ObjectNode pod = injected(pod(), annotations);
    ((ObjectNode) pod.at("/spec/containers/0")).remove("volumeMounts");

    assertThat(check(pod, annotations).containers().getFirst().has().complete()).isFalse();
  }

  private static PodState state(JsonNode pod, Map<String, String> annotations) throws Exception {
    return check(pod, annotations).state();
  }

  private static Checked check(JsonNode pod, Map<String, String> annotations) throws Exception {
    OfflineSettings settings = settings();
    return new PodCheck(injector(annotations), settings.injection().tokenVolumeNames())
        .check(pod, "shop", Trail.complete());
  }

  private static ObjectNode pod() throws Exception {
    return (ObjectNode) JSON.readTree(POD);
  }

  private static ObjectNode injected(ObjectNode pod, Map<String, String> annotations)
      throws Exception {
    PodTreeDecider injector = injector(annotations);
    Decision decision = injector.decide(pod, "shop", Trail.ofFindings()).decision();
    injector.apply(((Decision.Inject) decision).patch(), pod);
    return pod;
  }

  private static OfflineSettings settings() throws Exception {
    return OfflineSettings.of(new GivenFlags(Map.of(), List.of()));
  }

  private static PodTreeDecider injector(Map<String, String> annotations) throws Exception {
    AnnotationKeys keys = new AnnotationKeys("eks.amazonaws.com");
    return settings()
        .injector(
            OfflineSources.ofFiles(new GivenFlags(Map.of(), List.of())),
            AccountFinder.of(
                Map.of(
                    new AccountKey("shop", "orders"), IdentityAnnotations.of(annotations, keys))),
            new InputNamespaces(Map.of(), "eks.amazonaws.com", false, null));
  }
}
