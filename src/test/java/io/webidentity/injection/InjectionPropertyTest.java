package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.aws.EndpointUrl;
import io.webidentity.aws.RoleArn;
import io.webidentity.testing.pod.Choices;
import io.webidentity.testing.pod.JsonPatchLibrary;
import io.webidentity.testing.pod.OddJson;
import io.webidentity.testing.pod.PodGenerator;
import io.webidentity.testing.pod.WildPods;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules that hold for every pod (docs/contract.md, "What holds for every pod"). */
class InjectionPropertyTest {
  private static final Pattern WHOLE_ARRAY =
      Pattern.compile(
          "/spec|/metadata|/metadata/labels|/spec/volumes|/spec/(initContainers|containers)/\\d+/(env|volumeMounts)");
  private static final Pattern ELEMENT =
      Pattern.compile(
          "/metadata/labels/eks.amazonaws.com~1pod-identity|/spec/volumes/0|/spec/(initContainers|containers)/\\d+/(env|volumeMounts)/-");

  private static final String POD_IDENTITY = "eks.amazonaws.com/pod-identity";

  private static final List<String> SESSION =
      List.of("AWS_ROLE_SESSION_NAME", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL");

  /** What the reference adds, in its order, then what this project adds. */
  private static final List<String> ORDER =
      Stream.concat(
              Stream.of(
                  "AWS_STS_REGIONAL_ENDPOINTS",
                  "AWS_DEFAULT_REGION",
                  "AWS_REGION",
                  "AWS_ROLE_ARN",
                  "AWS_WEB_IDENTITY_TOKEN_FILE",
                  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
              SESSION.stream())
          .toList();

  @Test
  void operations_only_add_to_arrays_or_create_missing_ones() {
    Seeds.forEach(seed -> {
      ObjectNode pod = pod(seed);
      for (JsonNode operation : Injection.patch(injection(seed).decide(pod.toString()))) {
        String path = operation.path("path").textValue();
        assertThat(operation.path("op").textValue()).isEqualTo("add");
        if (WHOLE_ARRAY.matcher(path).matches()) {
          JsonNode there = pod.at(path);
          assertThat(there.isMissingNode() || there.isNull()).as(path).isTrue();
        } else {
          assertThat(path).matches(ELEMENT);
        }
      }
    });
  }

  @Test
  void every_library_makes_the_same_pod_and_touches_nothing_else() {
    Seeds.forEach(seed -> {
      ObjectNode pod = pod(seed);
      ObjectNode before = pod.deepCopy();
      JsonNode patch = Injection.patch(injection(seed).decide(pod.toString()));
      JsonNode injected = JsonPatchLibrary.ZJSONPATCH.apply(patch, pod);
      assertThat(JsonPatchLibrary.JAVA_JSON_TOOLS.apply(patch, pod)).isEqualTo(injected);
      assertThat(JsonPatchLibrary.PARSSON.apply(patch, pod)).isEqualTo(injected);
      assertThat(pod).isEqualTo(before);
      assertThat(withoutAdditions(pod, injected)).isEqualTo(withoutNothing(pod));
    });
  }

  @Test
  void injecting_again_changes_nothing() {
    Seeds.forEach(seed -> {
      Injection injection = injection(seed);
      JsonNode injected = injection.inject(pod(seed));
      Decision again = injection.decide(injected.toString());
      assertThat(Injection.patch(again)).isEmpty();
      assertThat(again.reason()).isNotEqualTo(Reason.INJECTED);
    });
  }

  @Test
  void a_container_added_in_between_is_the_only_one_patched() {
    Seeds.forEach(seed -> {
      Injection injection = injection(seed);
      Choices choices = new Choices(seed);
      JsonNode injected = injection.inject(pod(seed));
      if (!(injected.at("/spec/containers") instanceof ArrayNode containers)
          || injection.decide(injected.toString()).reason() != Reason.ALREADY_INJECTED) {
        return;
      }
      int place = choices.below(containers.size() + 1);
      containers.insertObject(place).put("name", "added").put("image", "added:1");
      Decision decision = injection.decide(injected.toString());
      assertThat(decision.reason()).isEqualTo(Reason.INJECTED);
      assertThat(Injection.patch(decision))
          .isNotEmpty()
          .allSatisfy(operation ->
              assertThat(operation.path("path").textValue())
                  .startsWith("/spec/containers/" + place + "/"));
    });
  }

  @Test
  void no_container_has_a_variable_of_ours_twice_and_what_it_had_comes_first() {
    Seeds.forEach(seed -> {
      ObjectNode pod = pod(seed);
      JsonNode injected = injection(seed).inject(pod);
      for (String kind : List.of("initContainers", "containers")) {
        for (int i = 0; i < injected.path("spec").path(kind).size(); i++) {
          String env = "/spec/" + kind + "/" + i + "/env";
          List<String> before = variables(pod.at(env));
          List<String> after = variables(injected.at(env));
          List<String> added = after.subList(before.size(), after.size());
          assertThat(after.subList(0, before.size())).isEqualTo(before);
          assertThat(added).noneMatch(before::contains);
          assertThat(ORDER.stream().filter(added::contains).toList()).isEqualTo(added);
          if (!added.contains("AWS_ROLE_ARN")
              && !added.contains("AWS_CONTAINER_CREDENTIALS_FULL_URI")) {
            assertThat(added).noneMatch(SESSION::contains);
          }
        }
      }
    });
  }

  @Test
  void a_pod_injected_without_session_settings_is_left_as_it_is_with_them() {
    Seeds.forEach(seed -> {
      Injection with = injection(seed);
      Injection without = withoutSession(with);
      Decision again = with.decide(without.inject(pod(seed)).toString());
      assertThat(Injection.patch(again)).isEmpty();
    });
  }

  @Test
  void session_settings_add_to_the_patch_and_change_nothing_else_in_it() {
    Seeds.forEach(seed -> {
      Injection with = injection(seed);
      Injection without = withoutSession(with);
      ObjectNode pod = pod(seed);
      assertThat(withoutSession(with.inject(pod), pod)).isEqualTo(without.inject(pod));
    });
  }

  @Test
  void the_same_pod_gives_the_same_answer_however_it_is_written() {
    Seeds.forEach(seed -> {
      Injection injection = injection(seed);
      ObjectNode pod = pod(seed);
      Decision decision = injection.decide(pod.toString());
      assertThat(injection.decide(pod.toString())).isEqualTo(decision);
      assertThat(injection.decide(OddJson.write(shuffled(pod, new Choices(seed)), seed)))
          .isEqualTo(decision);
    });
  }

  @Test
  void findings_fit_into_warnings() {
    Seeds.forEach(seed -> {
      List<String> warnings = Warnings.of(injection(seed).decide(pod(seed).toString()).findings());
      assertThat(warnings).hasSizeLessThanOrEqualTo(8);
      assertThat(warnings)
          .allSatisfy(warning -> {
            assertThat(warning).hasSizeLessThanOrEqualTo(256);
            assertThat(warning.chars().noneMatch(Character::isISOControl)).isTrue();
          });
    });
  }

  private static ObjectNode pod(long seed) {
    return (seed & 1) == 0 ? PodGenerator.apiValid(seed) : WildPods.wellTyped(seed);
  }

  static Injection injection(long seed) {
    Choices choices = new Choices(seed + 1);
    return new Injection(
        new InjectionSettings(
            choices.chance(80) ? "eks.amazonaws.com" : "id.example.com",
            choices.chance(80)
                ? PodGenerator.MOUNT_PATH
                : choices.oneOf("/tokens//", "/data/.", "t"),
            ContainerCredentialsSettings.DEFAULT),
        new Identity(
            choices.chance(30)
                ? new Credentials.Container()
                : new Credentials.WebIdentity(new RoleArn("arn:aws:iam::111122223333:role/app")),
            new TokenRequest("sts.amazonaws.com", 86400),
            choices.oneOf(StsEndpoints.values()),
            choices.chance(50) ? Optional.of("eu-central-1") : Optional.empty(),
            session(choices),
            List.of()));
  }

  private static Injection withoutSession(Injection injection) {
    Identity identity = injection.identity();
    return new Injection(
        injection.settings(),
        new Identity(
            identity.credentials(),
            identity.token(),
            identity.endpoints(),
            identity.region(),
            SdkSession.SDK_DEFAULT,
            identity.findings()));
  }

  /** The injected pod without the variables about sessions that it did not have. */
  private static JsonNode withoutSession(JsonNode injected, JsonNode pod) {
    ObjectNode rest = injected.deepCopy();
    for (String kind : List.of("initContainers", "containers")) {
      for (int i = 0; i < rest.path("spec").path(kind).size(); i++) {
        String place = "/spec/" + kind + "/" + i + "/env";
        if (rest.at(place) instanceof ArrayNode env) {
          for (int last = env.size() - 1; last >= pod.at(place).size(); last--) {
            if (SESSION.contains(env.path(last).path("name").asText())) {
              env.remove(last);
            }
          }
        }
      }
    }
    return rest;
  }

  private static List<String> variables(JsonNode env) {
    return elements(env).stream().map(entry -> entry.path("name").asText()).toList();
  }

  private static SdkSession session(Choices choices) {
    return new SdkSession(
        choices.oneOf(
            Optional.empty(),
            Optional.of(new SessionName.Text("shop.app")),
            Optional.of(new SessionName.PodUid())),
        choices.chance(50) ? EndpointUrl.of("https://sts.example.com") : Optional.empty(),
        choices.chance(50) ? EndpointUrl.of("http://minio:9000") : Optional.empty());
  }

  /** The injected pod without what may have been added; what was there has to be there still. */
  private static JsonNode withoutAdditions(ObjectNode pod, JsonNode injected) {
    ObjectNode rest = injected.deepCopy();
    takeLabelAway(pod, rest);
    if (rest.path("spec") instanceof ObjectNode spec) {
      JsonNode volumes = pod.at("/spec/volumes");
      int added = spec.path("volumes").size() - volumes.size();
      assertThat(added).isBetween(0, 1);
      assertThat(elements(spec.path("volumes")).subList(added, added + volumes.size()))
          .isEqualTo(elements(volumes));
      spec.remove("volumes");
      for (String kind : List.of("initContainers", "containers")) {
        for (int i = 0; i < spec.path(kind).size(); i++) {
          ObjectNode container = (ObjectNode) spec.path(kind).path(i);
          for (String array : List.of("env", "volumeMounts")) {
            List<JsonNode> there = elements(pod.at("/spec/" + kind + "/" + i + "/" + array));
            assertThat(elements(container.path(array)).subList(0, there.size())).isEqualTo(there);
            container.remove(array);
          }
        }
      }
      if (pod.path("spec").isNull()) {
        rest.putNull("spec");
      }
    }
    return rest;
  }

  /** Of the metadata, only the one label may have been added or changed. */
  private static void takeLabelAway(ObjectNode pod, ObjectNode rest) {
    if (pod.equals(rest)) {
      return;
    }
    if (rest.at("/metadata/labels") instanceof ObjectNode labels) {
      JsonNode before = pod.at("/metadata/labels").path(POD_IDENTITY);
      if (before.isMissingNode()) {
        labels.remove(POD_IDENTITY);
      } else {
        labels.set(POD_IDENTITY, before);
      }
    }
    for (String pointer : List.of("/metadata/labels", "/metadata")) {
      JsonNode there = pod.at(pointer);
      JsonNode parent = rest.at(pointer.substring(0, pointer.lastIndexOf('/')));
      String name = pointer.substring(pointer.lastIndexOf('/') + 1);
      if (rest.at(pointer).isEmpty() && rest.at(pointer).isObject() && !there.isObject()) {
        if (there.isNull()) {
          ((ObjectNode) parent).putNull(name);
        } else {
          ((ObjectNode) parent).remove(name);
        }
      }
    }
  }

  private static JsonNode withoutNothing(ObjectNode pod) {
    return withoutAdditions(pod, pod);
  }

  private static List<JsonNode> elements(JsonNode array) {
    List<JsonNode> elements = new ArrayList<>();
    array.forEach(elements::add);
    return elements;
  }

  /** The same value with the members of every object in another order. */
  private static JsonNode shuffled(JsonNode node, Choices choices) {
    return switch (node) {
      case ObjectNode object -> {
        List<String> names = new ArrayList<>();
        object
            .fieldNames()
            .forEachRemaining(name -> names.add(choices.below(names.size() + 1), name));
        ObjectNode copy = object.objectNode();
        names.forEach(name -> copy.set(name, shuffled(object.path(name), choices)));
        yield copy;
      }
      case ArrayNode array -> {
        ArrayNode copy = array.arrayNode();
        array.forEach(element -> copy.add(shuffled(element, choices)));
        yield copy;
      }
      default -> node;
    };
  }
}
