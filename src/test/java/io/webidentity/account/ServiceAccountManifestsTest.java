package io.webidentity.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.webidentity.injection.AnnotationKeys;
import io.webidentity.manifest.ManifestText;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ServiceAccountManifestsTest {
  private static final String ORDERS =
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata:
        name: orders
        namespace: shop
        annotations:
          example.com/role-arn: arn:aws:iam::1:role/orders
          other.example.com/role-arn: 5
      """;

  private final ServiceAccountManifests manifests = new ServiceAccountManifests("example.com");

  @TempDir Path folder;

  static Stream<String> keys() {
    AnnotationKeys keys = new AnnotationKeys("example.com");
    return Arrays.stream(AnnotationKeys.class.getRecordComponents())
        .map(component -> {
          try {
            return (String) component.getAccessor().invoke(keys);
          } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** A key that is forgotten in one of the two places would be lost for inject, or for servers. */
  @ParameterizedTest
  @MethodSource("keys")
  void an_annotation_counts_in_manifests_as_it_does_in_a_cluster(String key) throws Exception {
    Map<String, String> annotations = Map.of(key, "42");
    String manifest =
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: app, namespace: shop, annotations: {%s: "42"}}
        """
            .formatted(key);

    assertThat(parse("a.yaml", manifest))
        .containsOnly(
            Map.entry(
                new AccountKey("shop", "app"),
                IdentityAnnotations.of(annotations, new AnnotationKeys("example.com"))));
  }

  @Test
  void an_account_has_the_annotations_of_the_prefix() throws Exception {
    String yaml =
        ORDERS
            + """
                example.com/audience: minio
                example.com/token-expiration: "3600"
                example.com/sts-regional-endpoints: "true"
                example.com/role-session-name: "{namespace}"
                example.com/sts-endpoint-url: http://sts
                example.com/endpoint-url:
                example.com/region: eu-central-1
            """;

    assertThat(parse("orders.yaml", yaml))
        .containsExactly(
            entry(
                new AccountKey("shop", "orders"),
                new IdentityAnnotations(
                    "arn:aws:iam::1:role/orders",
                    "minio",
                    "3600",
                    "true",
                    new SessionAnnotations("eu-central-1", "{namespace}", "http://sts", ""))));
  }

  @Test
  void an_account_without_a_namespace_is_in_default() throws Exception {
    assertThat(parse("x", "{apiVersion: v1, kind: ServiceAccount, metadata: {name: plain}}"))
        .containsExactly(entry(new AccountKey("default", "plain"), IdentityAnnotations.NONE));
  }

  @Test
  void documents_and_lists_are_read_and_other_kinds_passed_over() throws Exception {
    String yaml =
        """
        # Only a comment.
        ---
        apiVersion: v1
        kind: List
        items:
        - {apiVersion: v1, kind: ServiceAccount, metadata: {name: a, annotations: {example.com/role-arn: r}}}
        - {apiVersion: v1, kind: ConfigMap, metadata: {name: b}, data: {kind: ServiceAccount}}
        ---
        apiVersion: v1
        kind: ServiceAccountList
        items:
        - metadata: {name: c, namespace: ns, annotations: {example.com/role-arn:}}
        ---
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: d}}
        ---
        {apiVersion: other.example.com/v1, kind: ServiceAccount, metadata: {name: e}}
        ---
        resources: [orders.yaml]
        ---
        """;

    assertThat(parse("all.yaml", yaml))
        .containsOnly(
            entry(
                new AccountKey("default", "a"),
                new IdentityAnnotations("r", null, null, null, SessionAnnotations.NONE)),
            entry(
                new AccountKey("ns", "c"),
                new IdentityAnnotations("", null, null, null, SessionAnnotations.NONE)));
  }

  @Test
  void json_may_be_indented_with_tabs() throws Exception {
    String json =
        "{\n\t\"apiVersion\":\t\"v1\",\n\t\"kind\": \"ServiceAccount\",\n"
            + "\t\"metadata\": {\"name\": \"a\", \"annotations\":"
            + " {\"example.com\\/role-arn\": \"a\\tb\\u00e9\\ud83d\\ude00\"}}\n}\n";

    assertThat(parse("a.json", json))
        .containsExactly(
            entry(
                new AccountKey("default", "a"),
                new IdentityAnnotations("a\tbé😀", null, null, null, SessionAnnotations.NONE)));
  }

  @Test
  void aliases_are_followed() throws Exception {
    String yaml =
        """
        apiVersion: v1
        kind: List
        items:
        - &a {apiVersion: v1, kind: ServiceAccount, metadata: {name: a, annotations: &n {example.com/role-arn: r}}}
        - {apiVersion: v1, kind: ServiceAccount, metadata: {name: b, annotations: *n}}
        """;

    assertThat(parse("a.yaml", yaml)).hasSize(2);
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments("a: [1,\n", "x.yaml, document 1, line 2: this is neither YAML nor JSON"),
        arguments("a: 1\n---\n- 1\n", "x.yaml, document 2, line 3: a Kubernetes object was"),
        arguments(
            account("metadata: {name: 5}"),
            "x.yaml, document 1, line 3: metadata.name is not a string; put 5 in quotes."),
        arguments(
            account("metadata: {}"), "document 1, line 3: the ServiceAccount has no metadata.name"),
        arguments(account(""), "document 1, line 1: the ServiceAccount has no metadata"),
        arguments(
            account("metadata:\n  name: a\n  annotations:\n    example.com/token-expiration: 60"),
            "line 6: metadata.annotations.example.com/token-expiration is not a string; put 60 in"),
        arguments(
            account("metadata: {name: a, annotations: [x]}"), "metadata.annotations is not a map"),
        arguments(
            account("metadata: {name: a, annotations: {<<: [5]}}"),
            "line 3: a merge key (<<) has to name a mapping"),
        arguments(
            account("metadata:\n  name: a\n  name: b"), "line 5: name is there twice; remove one"),
        arguments(
            "kind: List\nitems: &a\n- {kind: List, items: *a}\n",
            "x.yaml, document 1, line 3: the alias *a has no anchor before it"),
        arguments("apiVersion: v1\nkind: List\nitems: {}\n", "line 3: items is not a list"),
        arguments(
            account("metadata: {name: a}") + "---\n" + account("metadata: {name: a}"),
            "ServiceAccount default/a is in x.yaml, document 1, line 1 and again in x.yaml,"
                + " document 2, line 5; remove one of them."));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void a_mistake_is_named_with_its_place_and_what_to_do(String yaml, String message) {
    assertThatThrownBy(() -> parse("x.yaml", yaml))
        .isInstanceOf(UnusableContentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void a_folder_is_read_without_hidden_files_other_files_and_sub_folders() throws Exception {
    write("b.yaml", account("metadata: {name: b}"));
    write("a.yml", account("metadata: {name: a}"));
    write("c.json", "{\"kind\":\"ServiceAccount\",\"metadata\":{\"name\":\"c\"}}");
    write(".hidden.yaml", "not: [yaml");
    write("README.md", "not: [yaml");
    Files.createDirectory(folder.resolve("sub.yaml"));
    Files.writeString(folder.resolve("sub.yaml").resolve("d.yaml"), "not: [yaml");

    assertThat(manifests.read(folder).keySet())
        .containsOnly(
            new AccountKey("default", "a"),
            new AccountKey("default", "b"),
            new AccountKey("default", "c"));
  }

  @Test
  void the_same_account_in_two_files_is_an_error_that_names_both() throws Exception {
    write("one.yaml", ORDERS);
    write("two.yaml", ORDERS);

    assertThatThrownBy(() -> manifests.read(folder))
        .isInstanceOf(UnusableContentException.class)
        .hasMessageContainingAll("shop/orders", "one.yaml", "two.yaml");
  }

  @Test
  void a_path_that_does_not_exist_is_an_error_that_names_the_flag() {
    assertThatThrownBy(() -> manifests.read(folder.resolve("missing")))
        .isInstanceOf(UnusableContentException.class)
        .hasMessageContainingAll("missing", "does not exist", "--service-accounts");
  }

  @Test
  void a_file_that_is_not_utf_8_is_an_error() throws Exception {
    Path file = folder.resolve("latin.yaml");
    Files.write(file, "a: \u00e9".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> manifests.read(file))
        .isInstanceOf(UnusableContentException.class)
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void an_empty_folder_has_no_accounts() throws Exception {
    assertThat(manifests.read(folder)).isEmpty();
  }

  private Map<AccountKey, IdentityAnnotations> parse(String source, String text)
      throws UnusableContentException {
    return manifests.parse(List.of(new ManifestText(source, text)));
  }

  private static String account(String metadata) {
    return "apiVersion: v1\nkind: ServiceAccount\n" + metadata + "\n";
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
