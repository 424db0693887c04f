package io.webidentity.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountKeyTest {
  @ParameterizedTest
  @CsvSource({"team,default", "t,0.a-b", "kube-system,a.b.c"})
  void names_that_kubernetes_allows_are_possible(String namespace, String name) {
    assertThat(new AccountKey(namespace, name).possible()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "team,../../secrets/x",
    "team,a?watch=true",
    "team,a/b",
    "team,a%2fb",
    "team,''",
    "'',default",
    "te.am,default",
    "Team,default",
    "team,Default",
    "team,-a",
    "team,a."
  })
  void names_that_could_change_a_url_or_cannot_exist_are_not(String namespace, String name) {
    assertThat(new AccountKey(namespace, name).possible()).isFalse();
  }
}
