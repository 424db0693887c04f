package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.testing.pod.Choices;
import io.webidentity.testing.pod.JsonPatchLibrary;
import io.webidentity.testing.pod.OddJson;
import io.webidentity.testing.pod.PodGenerator;
import io.webidentity.testing.pod.WildPods;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The rules that hold for every pod, where ephemeral containers are added to it. */
class EphemeralPropertyTest {
  private static final Pattern PLACE =
      Pattern.compile("(/spec/ephemeralContainers/(\\d+))/(env|volumeMounts)(/-)?");

  @Test
  void only_arrays_of_new_containers_are_added_to_and_by_every_library_in_the_same_way() {
    AtomicInteger injected = new AtomicInteger();
    Seeds.forEach(seed -> {
      Update update = Update.of(seed);
      JsonNode patch = Injection.patch(update.decide(update.after()));
      for (JsonNode operation : patch) {
        Matcher place = PLACE.matcher(operation.path("path").textValue());
        assertThat(place.matches()).as(operation.toString()).isTrue();
        assertThat(operation.path("op").textValue()).isEqualTo("add");
        assertThat(update.after().at(place.group(1)).path("name").textValue()).startsWith("new");
        JsonNode array = update.after().at(place.group(1)).path(place.group(3));
        assertThat(array.isArray()).isEqualTo(place.group(4) != null);
      }
      JsonNode result = JsonPatchLibrary.ZJSONPATCH.apply(patch, update.after());
      assertThat(JsonPatchLibrary.JAVA_JSON_TOOLS.apply(patch, update.after())).isEqualTo(result);
      assertThat(JsonPatchLibrary.PARSSON.apply(patch, update.after())).isEqualTo(result);
      injected.addAndGet(patch.isEmpty() ? 0 : 1);
    });
    assertThat(injected.get()).as("updates that got something").isPositive();
  }

  @Test
  void what_comes_after_what_was_there_is_the_pods_and_injecting_again_changes_nothing() {
    Seeds.forEach(seed -> {
      Update update = Update.of(seed);
      JsonNode result = update.result();
      assertThat(Injection.patch(update.decide(result))).as("again").isEmpty();
      ArrayNode before = ephemeral(update.after());
      for (int i = 0; i < before.size(); i++) {
        for (String array : List.of("env", "volumeMounts")) {
          List<JsonNode> there = elements(before.path(i).path(array));
          List<JsonNode> now = elements(ephemeral(result).path(i).path(array));
          assertThat(now.subList(0, there.size())).isEqualTo(there);
          assertThat(update.valuesInPod(array))
              .containsAll(
                  now.subList(there.size(), now.size()).stream().map(Update::value).toList());
        }
      }
    });
  }

  @Test
  void a_pod_without_a_token_volume_gives_nothing() {
    Seeds.forEach(seed -> {
      Update update = Update.of(seed);
      ((ObjectNode) update.before().path("spec")).remove("volumes");
      assertThat(Injection.patch(update.decide(update.after()))).isEmpty();
    });
  }

  @Test
  void the_same_update_gives_the_same_answer_however_it_is_written() {
    Seeds.forEach(seed -> {
      Update update = Update.of(seed);
      Decision decision = update.decide(update.after());
      assertThat(
              update
                  .injection()
                  .decide(
                      OddJson.write(update.before(), seed), OddJson.write(update.after(), seed)))
          .isEqualTo(decision);
      assertThat(Warnings.of(decision.findings()))
          .hasSizeLessThanOrEqualTo(8)
          .allSatisfy(warning -> assertThat(warning).hasSizeLessThanOrEqualTo(256));
    });
  }

  private static ArrayNode ephemeral(JsonNode pod) {
    return (ArrayNode) pod.at("/spec/ephemeralContainers");
  }

  private static List<JsonNode> elements(JsonNode array) {
    List<JsonNode> elements = new ArrayList<>();
    array.forEach(elements::add);
    return elements;
  }

  /**
   * An injected pod, and the same with ephemeral containers: those of another pod, of which some
   * were there before.
   */
  private record Update(Injection injection, ObjectNode before, ObjectNode after) {
    static Update of(long seed) {
      Choices choices = new Choices(seed);
      Injection injection =
          choices.chance(70)
              ? Injection.DEFAULT
              : new Injection(
                  Injection.DEFAULT.settings(), InjectionPropertyTest.injection(seed).identity());
      ObjectNode pod = PodGenerator.apiValid(seed);
      ObjectNode before = (ObjectNode) injection.inject(pod);
      ObjectNode spec = (ObjectNode) before.path("spec");
      ArrayNode stored = spec.putArray("ephemeralContainers");
      ObjectNode after = before.deepCopy();
      ArrayNode wanted = ephemeral(after);
      JsonNode other =
          choices.chance(50) ? PodGenerator.apiValid(seed + 1) : WildPods.wellTyped(seed + 1);
      for (JsonNode container : other.at("/spec/containers")) {
        ObjectNode ephemeral = container.deepCopy();
        boolean known = choices.chance(30);
        ephemeral.put("name", (known ? "known" : "new") + wanted.size());
        if (choices.chance(50)) {
          ephemeral.put("targetContainerName", choices.oneOf("c0", "c1", "i0", ""));
        }
        wanted.add(ephemeral);
        if (known) {
          stored.add(ephemeral.deepCopy());
        }
      }
      return new Update(injection, before, after);
    }

    Decision decide(JsonNode wanted) {
      return injection.decide(before.toString(), wanted.toString());
    }

    JsonNode result() {
      return JsonPatchLibrary.ZJSONPATCH.apply(Injection.patch(decide(after)), after);
    }

    /** What the pod's containers have of an array, each as {@link #value} has it. */
    List<JsonNode> valuesInPod(String array) {
      List<JsonNode> values = new ArrayList<>();
      for (String kind : List.of("containers", "initContainers")) {
        for (JsonNode container : before.path("spec").path(kind)) {
          container.path(array).forEach(element -> values.add(value(element)));
        }
      }
      return values;
    }

    /** A mount is always read-only; an entry without a value has an empty one. */
    static JsonNode value(JsonNode element) {
      ObjectNode value = element.deepCopy();
      value.remove("readOnly");
      if (!value.has("value") && !value.has("valueFrom") && !value.has("mountPath")) {
        value.put("value", "");
      }
      return value;
    }
  }
}
