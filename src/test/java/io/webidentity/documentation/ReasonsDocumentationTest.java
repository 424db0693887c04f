package io.webidentity.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.injection.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ReasonsDocumentationTest {
  @Test
  void the_contract_lists_every_reason() throws IOException {
    String rows =
        Arrays.stream(Reason.values())
            .map(reason ->
                "| `%s` | %s | %s | %s |\n"
                    .formatted(
                        reason.code(), about(reason.kind()), event(reason), reason.sentence()))
            .collect(Collectors.joining());

    new GeneratedSection(Path.of("docs/contract.md"), "reasons")
        .assertEquals("\n| code | about | Event | meaning |\n|---|---|---|---|\n" + rows + "\n");
  }

  @Test
  void troubleshooting_has_a_remedy_of_every_reason_that_has_one() throws IOException {
    String rows =
        Arrays.stream(Reason.values())
            .filter(reason -> !reason.remedy().isEmpty())
            .map(reason ->
                "| `%s` | %s | %s |\n"
                    .formatted(
                        reason.code(), reason.sentence(), reason.remedy().replace("<", "\\<")))
            .collect(Collectors.joining());

    new GeneratedSection(Path.of("docs/troubleshoot.md"), "remedies")
        .assertEquals("\n| code | meaning | what to do |\n|---|---|---|\n" + rows + "\n");
    assertThat(Reason.values())
        .filteredOn(reason -> reason.remedy().isEmpty())
        .as("what needs no remedy")
        .containsExactlyInAnyOrder(
            Reason.INJECTED,
            Reason.ALREADY_INJECTED,
            Reason.NO_SERVICE_ACCOUNT,
            Reason.NOT_A_POD_CREATION,
            Reason.CONTAINER_INJECTED,
            Reason.CONTAINER_ALREADY_CONFIGURED);
  }

  @Test
  void codes_are_unique_and_fit_for_labels() {
    assertThat(Reason.values()).extracting(Reason::code).doesNotHaveDuplicates();
    assertThat(Reason.values()).extracting(Reason::code).allMatch(code -> code.matches("[a-z_]+"));
  }

  private static String event(Reason reason) {
    return switch (reason.event()) {
      case NONE -> "";
      case NORMAL -> reason.eventReason() + " (Normal)";
      case WARNING -> reason.eventReason();
    };
  }

  private static String about(Reason.Kind kind) {
    return switch (kind) {
      case OUTCOME -> "pod";
      case CONTAINER -> "container";
      case SURPRISE -> "warning";
      case ERROR -> "request";
    };
  }
}
