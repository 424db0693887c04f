package io.webidentity.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
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

  @Test
  void a_few_accounts_are_named_and_the_others_counted() {
    assertThat(AccountKey.namedAsRead(List.of())).isEqualTo("No ServiceAccount was read.");
    assertThat(
            AccountKey.namedAsRead(
                List.of(new AccountKey("shop", "web"), new AccountKey("default", "orders"))))
        .isEqualTo("Read: default/orders, shop/web.");
    assertThat(
            AccountKey.namedAsRead(
                IntStream.range(0, 11).mapToObj(i -> new AccountKey("shop", "a" + i)).toList()))
        .endsWith("shop/a6 and 3 more.");
  }
}
