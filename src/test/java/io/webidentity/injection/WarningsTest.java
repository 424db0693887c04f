package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WarningsTest {
  @Test
  void up_to_eight_findings_are_a_warning_each() {
    assertThat(Warnings.of(List.of())).isEmpty();
    assertThat(Warnings.of(findings(1))).containsExactly("message 1");
    assertThat(Warnings.of(findings(8))).hasSize(8).endsWith("message 7", "message 8");
  }

  @Test
  void the_rest_is_counted_in_the_last_one() {
    assertThat(Warnings.of(findings(9)))
        .hasSize(8)
        .startsWith("message 1", "message 2")
        .endsWith(
            "message 7",
            "2 more warnings are not shown: resolve these first, or read the webhook's log.");
    assertThat(Warnings.of(findings(107)).getLast()).startsWith("100 more warnings");
  }

  @Test
  void a_container_without_credentials_is_told_before_settings_that_were_ignored() {
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      findings.add(Finding.saying(Reason.TOKEN_EXPIRATION_INVALID, "ignored"));
    }
    findings.add(Finding.saying(Reason.MOUNT_PATH_TAKEN, "no credentials"));

    assertThat(Warnings.of(findings)).startsWith("no credentials", "ignored");
  }

  private static List<Finding> findings(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(number -> Finding.saying(Reason.MOUNT_PATH_TAKEN, "message " + number))
        .toList();
  }
}
