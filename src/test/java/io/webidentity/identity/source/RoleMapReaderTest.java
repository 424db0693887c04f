package io.webidentity.identity.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.webidentity.account.AccountKey;
import io.webidentity.identity.RoleMap.Entry;
import io.webidentity.watch.UnusableContentException;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoleMapReaderTest {
  private static final String KEY = "shop/orders";
  private static final AccountKey ORDERS = new AccountKey("shop", "orders");

  static Stream<Arguments> entries() {
    return Stream.of(
        arguments("{}", entry("", null, false, 0)),
        arguments("{'RoleARN':'r'}", entry("r", null, false, 0)),
        arguments("{'RoleARN':''}", entry("", null, false, 0)),
        arguments("{'RoleARN':null,'Audience':null}", entry("", null, false, 0)),
        arguments("{'UseRegionalSTS':null,'TokenExpiration':null}", entry("", null, false, 0)),
        arguments("{'rolearn':'r','AUDIENCE':'a'}", entry("r", "a", false, 0)),
        arguments("{'useregionalsts':true,'tokenEXPIRATION':7}", entry("", null, true, 7)),
        arguments("{'RoleARN':' r ','Audience':''}", entry(" r ", "", false, 0)),
        arguments("{'UseRegionalSTS':false,'TokenExpiration':0}", entry("", null, false, 0)),
        arguments("{'TokenExpiration':1}", entry("", null, false, 1)),
        arguments("{'TokenExpiration':599}", entry("", null, false, 599)),
        arguments("{'TokenExpiration':-1}", entry("", null, false, -1)),
        arguments("{'TokenExpiration':4294967297}", entry("", null, false, 4294967297L)),
        arguments(
            "{'TokenExpiration':9223372036854775808}", entry("", null, false, Long.MAX_VALUE)),
        arguments(
            "{'TokenExpiration':-9223372036854775809}", entry("", null, false, Long.MIN_VALUE)),
        arguments("{'RoleARN':'first','roleArn':'last'}", entry("last", null, false, 0)));
  }

  @ParameterizedTest
  @MethodSource("entries")
  void an_entry_is_read_as_go_reads_it(String json, Entry entry) throws Exception {
    RoleMapContent content = read("{'shop/orders':" + json + "}");

    assertThat(content.find(ORDERS)).contains(entry);
    assertThat(content.problem()).isEmpty();
    assertThat(content.notes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          "r"                         | "shop/orders" is no object
          null                        | "shop/orders" is no object
          []                          | "shop/orders" is no object
          {'RoleARN':1}               | "shop/orders": RoleARN is no text
          {'RoleARN':['r']}           | "shop/orders": RoleARN is no text
          {'audience':true}           | "shop/orders": audience is no text
          {'UseRegionalSTS':'true'}   | "shop/orders": UseRegionalSTS is neither true nor false
          {'UseRegionalSTS':1}        | "shop/orders": UseRegionalSTS is neither true nor false
          {'TokenExpiration':'3600'}  | "shop/orders": TokenExpiration is no whole number
          {'TokenExpiration':3600.0}  | "shop/orders": TokenExpiration is no whole number
          {'TokenExpiration':1e3}     | "shop/orders": TokenExpiration is no whole number
          {'TokenExpiration':true}    | "shop/orders": TokenExpiration is no whole number
          """)
  void a_broken_entry_takes_no_other_with_it_and_says_what_it_said_before(
      String json, String problem) throws Exception {
    String text = "{'shop/orders':%s,'shop/reports':{'RoleARN':'new'},'*/orders':{'RoleARN':'w'}}";
    RoleMapContent before = read("{'shop/orders':{'RoleARN':'old'}}");

    RoleMapContent content = read(text.formatted(json), before);
    assertThat(role(content, "shop", "orders")).contains("old");
    assertThat(role(content, "shop", "reports")).contains("new");
    assertThat(role(content, "other", "orders")).contains("w");
    assertThat(content.problem()).contains(problem);
    assertThat(content.problem(ORDERS)).contains(problem);
    assertThat(content.problem(new AccountKey("shop", "reports"))).isEmpty();

    RoleMapContent first = read(text.formatted(json));
    assertThat(role(first, "shop", "orders")).as("no wider pattern").contains("");
    assertThat(first.problem(ORDERS)).contains(problem);
    assertThat(role(read(text.formatted("{'RoleARN':'r'}"), content), "shop", "orders"))
        .contains("r");
  }

  @Test
  void how_many_entries_are_broken_is_told_with_the_first() throws Exception {
    assertThat(read("{'b/x':1,'a/x':1,'c/x':1}").problem())
        .contains("\"a/x\" is no object, and 2 more");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          orders           | "orders" has no slash; write namespace/account
          ``               | "" has no slash; write namespace/account
          /orders          | "/orders": the namespace
          Shop/orders      | "Shop/orders": the namespace
          ` shop/orders`   | " shop/orders": the namespace
          shop/            | "shop/": no ServiceAccount has that name; write a whole one
          shop/*           | "shop/*": no ServiceAccount has that name; write a whole one
          shop/or-*        | "shop/or-*": no ServiceAccount has that name; write a whole one
          a/b/c            | "a/b/c": no ServiceAccount has that name; write a whole one
          """)
  void a_key_that_can_be_no_accounts_is_ignored_and_noted(String key, String note)
      throws Exception {
    RoleMapContent content =
        read("{'%s':{'RoleARN':'r'},'shop/orders':{'RoleARN':'ours'}}".formatted(key));

    assertThat(content.entries()).containsOnlyKeys(KEY);
    assertThat(content.notes()).singleElement().asString().startsWith(note);
    assertThat(content.problem()).isEmpty();
  }

  @Test
  void fields_of_other_names_and_second_keys_are_noted() throws Exception {
    RoleMapContent content =
        read("{'shop/orders':{'RoleARN':'a'},'shop/orders':{'RoleARN':'b','Role':'c'}}");

    assertThat(role(content, "shop", "orders")).contains("b");
    assertThat(content.notes())
        .containsExactly(
            "\"shop/orders\": Role is no field of an entry",
            "\"shop/orders\" is there twice; the last one counts");
  }

  @Test
  void of_a_key_that_is_there_twice_only_the_last_one_can_be_broken() throws Exception {
    RoleMapContent mended = read("{'shop/orders':1,'shop/orders':{'RoleARN':'b'}}");

    assertThat(role(mended, "shop", "orders")).contains("b");
    assertThat(mended.problem()).isEmpty();
    assertThat(read("{'shop/orders':{'RoleARN':'b'},'shop/orders':1}").problem(ORDERS)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "'x'",
        "{'a/b':{}",
        "{'a/b':{}} {}",
        "{'a/b':{}},",
        "{a:1}"
      })
  void what_is_no_map_is_taken_as_a_whole_or_not_at_all(String text) {
    assertThatExceptionOfType(UnusableContentException.class).isThrownBy(() -> read(text));
  }

  @Test
  void a_mistake_in_the_json_is_told_with_its_line() {
    assertThatExceptionOfType(UnusableContentException.class)
        .isThrownBy(() -> read("{\n'shop/orders': {\n'RoleARN' 'r'}}"))
        .withMessage("line 3 is not JSON");
  }

  /** The rows of the table in RoleMapContent's documentation. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          test-eu, sa, exact
          test-us, sa, test-*
          test-e2, sa, test-e*
          prod-eu, sa, *-eu
          prod,    sa, *
          test-a-b, sa, *-a-*
          test-us, other,
          """)
  void the_entry_with_the_most_literal_characters_decides(
      String namespace, String name, String role) throws Exception {
    RoleMapContent content =
        read(
            """
            {'*/sa':{'RoleARN':'*'},'test-*/sa':{'RoleARN':'test-*'},'test-e*/sa':{'RoleARN':'test-e*'},
             '*-a-b/sa2':{'RoleARN':'x'},'*-a-b*/sb':{'RoleARN':'x'},'*-a-*/sb':{'RoleARN':'x'},
             '*st-a-*/sa':{'RoleARN':'*-a-*'},
             'test-eu/sa':{'RoleARN':'exact'},'*-eu/sa':{'RoleARN':'*-eu'}}
            """);

    assertThat(role(content, namespace, name)).isEqualTo(Optional.ofNullable(role));
  }

  @Test
  void of_two_patterns_that_are_as_literal_the_first_by_ascii_decides() throws Exception {
    RoleMapContent content = read("{'a-*/sa':{'RoleARN':'late'},'*-b/sa':{'RoleARN':'early'}}");

    assertThat(role(content, "a-b", "sa")).contains("early");
  }

  /** As `legacy-*: no role` beside a role for all others. */
  @Test
  void an_entry_without_a_role_hides_wider_patterns() throws Exception {
    RoleMapContent content = read("{'*/sa':{'RoleARN':'r'},'legacy-*/sa':{}}");

    assertThat(role(content, "legacy-1", "sa")).contains("");
    assertThat(role(content, "other", "sa")).contains("r");
  }

  private static Optional<String> role(RoleMapContent content, String namespace, String name) {
    return content.find(new AccountKey(namespace, name)).map(Entry::roleArn);
  }

  private static Entry entry(String role, @Nullable String audience, boolean sts, long seconds) {
    return new Entry(KEY, role, Optional.ofNullable(audience), sts, seconds);
  }

  private static RoleMapContent read(String text) throws UnusableContentException {
    return read(text, RoleMapContent.EMPTY);
  }

  /** Reads JSON with {@code '} for quotes. */
  private static RoleMapContent read(String text, RoleMapContent before)
      throws UnusableContentException {
    return RoleMapReader.read(text.replace('\'', '"'), before);
  }
}
