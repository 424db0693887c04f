package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.testing.pod.JsonPatchLibrary;
import java.io.IOException;

/**
 * Any bytes as a pod: refused in one of the two known ways, or injected so that the result needs
 * nothing more.
 */
class InjectionFuzzTest {
  private static final String PREFIX = "eks.amazonaws.com";

  @FuzzTest(maxDuration = "10s")
  void any_bytes_are_refused_or_injected_once(byte[] data) throws IOException {
    JsonNode tree;
    Pod pod;
    try {
      tree = tree(data);
      pod = read(data);
    } catch (IOException | MalformedPodException refused) {
      return;
    }
    Injector injector = Injection.DEFAULT.injector();
    Decision decision = injector.decide(pod, Injection.DEFAULT.identity());
    assertThat(Warnings.of(decision.findings())).allMatch(warning -> warning.length() <= 256);
    JsonNode injected = JsonPatchLibrary.ZJSONPATCH.apply(Injection.patch(decision), tree);
    Pod again = Injection.DEFAULT.pod(injected.toString());
    assertThat(injector.decide(again, Injection.DEFAULT.identity()).reason())
        .isEqualTo(Reason.ALREADY_INJECTED);
  }

  private static Pod read(byte[] data) throws IOException, MalformedPodException {
    try (JsonParser parser = JsonPatchLibrary.EXACT.createParser(data)) {
      parser.nextToken();
      return new PodReader(PREFIX).read(parser, MemoryBudget.UNBOUNDED);
    }
  }

  private static JsonNode tree(byte[] data) throws IOException {
    try (JsonParser parser = JsonPatchLibrary.EXACT.createParser(data)) {
      return parser.readValueAsTree();
    } catch (NumberFormatException e) {
      // An exponent beyond BigDecimal's; the reader under test passes numbers by.
      throw new IOException(e);
    }
  }
}
