package io.webidentity.identity.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.webidentity.account.AccountKey;
import io.webidentity.watch.UnusableContentException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerCredentialsListTest {
  @ParameterizedTest
  @CsvSource({
    "shop, orders, shop, orders, true",
    "shop, orders, shop, order, false",
    "shop, orders, shops, orders, false",
    "shop, orders, orders, shop, false",
    "shop, *, shop, orders, true",
    "shop, *, shops, orders, false",
    "*, orders, shop, orders, true",
    "*, orders, shop, reports, false",
    "*, *, shop, orders, true",
    "sh*, orders, shop, orders, false",
    "Shop, orders, shop, orders, false",
  })
  void an_entry_is_for_its_account_and_a_star_for_all(
      String namespace, String account, String ofPod, String accountOfPod, boolean listed)
      throws Exception {
    String json =
        "{\"identities\":[{\"namespace\":\"%s\",\"serviceAccount\":\"%s\"}]}"
            .formatted(namespace, account);

    assertThat(parse(json).contains(new AccountKey(ofPod, accountOfPod))).isEqualTo(listed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " \n",
        "{}",
        "null",
        "{\"identities\":null}",
        "{\"identities\":[]}",
        "{\"x\":1}"
      })
  void nothing_lists_nothing(String text) throws Exception {
    assertThat(parse(text)).isEqualTo(ContainerCredentialsList.EMPTY);
  }

  @Test
  void members_count_without_regard_to_case_and_unknown_ones_do_not() throws Exception {
    assertThat(
            parse(
                    "{\"Identities\":[{\"NAMESPACE\":\"shop\",\"serviceaccount\":\"a\",\"since\":{}}]}")
                .contains(new AccountKey("shop", "a")))
        .isTrue();
  }

  @Test
  void an_entry_without_one_of_its_members_is_ignored_and_named() throws Exception {
    ContainerCredentialsList list =
        parse(
            "{\"identities\":[{\"namespace\":\"shop\"},null,{\"namespace\":\"\",\"serviceAccount\":\"a\"},"
                + "{\"namespace\":\"shop\",\"serviceAccount\":\"a\"}]}");

    assertThat(list.accounts()).containsExactly("shop/a");
    assertThat(list.ignored())
        .hasSize(3)
        .allMatch(problem -> problem.contains("lacks its namespace or serviceAccount"));
    assertThat(list.ignored().get(1)).startsWith("identities[1] ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"identities\":[{\"namespace\":\"shop\",\"serviceAcc",
        "{\"identities\":{}}",
        "{\"identities\":[\"shop/orders\"]}",
        "[]",
        "identities:\n- namespace: shop",
        "{} {}",
      })
  void anything_else_is_refused_with_a_sentence_that_names_the_file(String text) {
    assertThatExceptionOfType(UnusableContentException.class)
        .isThrownBy(() -> parse(text))
        .withMessageStartingWith("list.json is not ")
        .withMessageNotContaining("\n");
  }

  private static ContainerCredentialsList parse(String text) throws UnusableContentException {
    return ContainerCredentialsList.parse(text, "list.json");
  }
}
