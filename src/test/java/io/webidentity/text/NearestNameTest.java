package io.webidentity.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
  private static final List<String> NAMES =
      List.of("port", "metrics-port", "token-audience", "token-expiration", "v");

  @ParameterizedTest
  @CsvSource({
    "prot, port",
    "por, port",
    "metric-port, metrics-port",
    "metrics_port, metrics-port",
    "audience, ",
    "tokenaudience, token-audience",
    "token-expires, token-expiration",
    "kubernetes, ",
  })
  void the_nearest_name_is_found_if_one_is_near(String given, String expected) {
    assertThat(NearestName.of(given, NAMES).orElse(null)).isEqualTo(expected);
  }
}
