package io.webidentity.testing.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterChoiceTest {
  @ParameterizedTest
  @CsvSource({"any,ANY", "container,CONTAINER", "processes,PROCESSES", "oldest,OLDEST"})
  void each_choice_has_a_word(String setting, ClusterChoice choice) {
    assertThat(ClusterChoice.of(Optional.of(setting))).isEqualTo(choice);
  }

  @Test
  void without_the_setting_any_cluster_will_do() {
    assertThat(ClusterChoice.of(Optional.empty())).isEqualTo(ClusterChoice.ANY);
  }

  @Test
  void another_word_is_refused_with_those_that_there_are() {
    assertThatThrownBy(() -> ClusterChoice.of(Optional.of("docker")))
        .isInstanceOf(ClusterUnavailableException.class)
        .hasMessageContaining("docker")
        .hasMessageContaining("any, container, processes, oldest");
  }
}
