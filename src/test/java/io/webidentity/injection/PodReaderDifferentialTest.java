package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.testing.pod.Choices;
import io.webidentity.testing.pod.JsonPatchLibrary;
import io.webidentity.testing.pod.OddJson;
import io.webidentity.testing.pod.PodGenerator;
import io.webidentity.testing.pod.WildPods;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** {@link PodReader} reads the same as {@link TreePodReader}, or refuses the same. */
class PodReaderDifferentialTest {
  private static final String PREFIX = "eks.amazonaws.com";

  @Test
  void streaming_reads_generated_pods_as_a_tree_does() {
    Seeds.forEach(seed -> {
      JsonNode pod = (seed & 1) == 0 ? PodGenerator.apiValid(seed) : WildPods.wellTyped(seed);
      String text = OddJson.write(pod, seed);
      assertThat(outcome(text.getBytes(StandardCharsets.UTF_8)))
          .isEqualTo(new Outcome.Read(new TreePodReader(PREFIX).read(pod)));
    });
  }

  @Test
  void streaming_refuses_values_of_wrong_types_as_a_tree_does() {
    Seeds.forEach(seed -> {
      JsonNode pod = WildPods.oddTyped(seed);
      Outcome expected = treeOutcome(pod);
      assertThat(outcome(pod.toString().getBytes(StandardCharsets.UTF_8)))
          .as("from bytes")
          .isEqualTo(expected);
      assertThat(outcome(JsonPatchLibrary.EXACT.treeAsTokens(pod)))
          .as("from a tree's tokens")
          .isEqualTo(expected);
    });
  }

  @Test
  void streaming_refuses_broken_text_as_a_tree_does() {
    Seeds.forEach(seed -> {
      byte[] text = WildPods.wellTyped(seed).toString().getBytes(StandardCharsets.UTF_8);
      Choices choices = new Choices(seed);
      for (int i = 0; i <= choices.below(3); i++) {
        text[choices.below(text.length)] =
            (byte) choices.oneOf("{}[]\",:0n\\ a".split("")).charAt(0);
      }
      Outcome expected = brokenTreeOutcome(text);
      Outcome actual = outcome(text);
      // Which of two defects is met first may differ; that there is one may not.
      assertThat(actual instanceof Outcome.Read).isEqualTo(expected instanceof Outcome.Read);
      if (actual instanceof Outcome.Read) {
        assertThat(actual).isEqualTo(expected);
      }
    });
  }

  private static Outcome outcome(byte[] text) throws IOException {
    return outcome(JsonPatchLibrary.EXACT.createParser(text));
  }

  private static Outcome outcome(JsonParser json) throws IOException {
    try (JsonParser parser = json) {
      parser.nextToken();
      return new Outcome.Read(
          new PodReader(PREFIX).withOwners().read(parser, MemoryBudget.UNBOUNDED));
    } catch (MalformedPodException e) {
      return new Outcome.Refused(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return new Outcome.NotJson(String.valueOf(e.getMessage()));
    }
  }

  private static Outcome treeOutcome(JsonNode pod) {
    try {
      return new Outcome.Read(new TreePodReader(PREFIX).read(pod));
    } catch (MalformedPodException e) {
      return new Outcome.Refused(String.valueOf(e.getMessage()));
    }
  }

  private static Outcome brokenTreeOutcome(byte[] text) {
    try (JsonParser parser = JsonPatchLibrary.EXACT.createParser(text)) {
      JsonNode pod = parser.readValueAsTree();
      return treeOutcome(pod);
    } catch (IOException e) {
      return new Outcome.NotJson(String.valueOf(e.getMessage()));
    }
  }

  private sealed interface Outcome {
    record Read(Pod pod) implements Outcome {}

    record Refused(String message) implements Outcome {}

    record NotJson(String message) implements Outcome {}
  }
}
