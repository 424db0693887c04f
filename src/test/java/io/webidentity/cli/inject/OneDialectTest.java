package io.webidentity.cli.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.ServiceAccountManifests;
import io.webidentity.account.SessionAnnotations;
import io.webidentity.cli.flag.ProcessIo;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.config.LogSettings;
import io.webidentity.watch.UnusableContentException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code --service-accounts} reads, {@code inject} reads in the same way among its input: the
 * same accounts, or the same refusal.
 */
class OneDialectTest {
  private static final String NAMESPACE = "default";

  @TempDir private Path folder;

  /** Texts with the role of default/a that both find, or with what both refuse. */
  static Stream<Arguments> texts() {
    return Stream.of(
        role("a string", account("annotations: {example.com/role-arn: r}"), "r"),
        role("null", account("annotations: {example.com/role-arn: ~}"), ""),
        role("no annotations", account("annotations:"), null),
        role(
            "a date is a string",
            account("annotations: {example.com/role-arn: 2001-12-14}"),
            "2001-12-14"),
        role("a time is a string", account("annotations: {example.com/role-arn: 12:30}"), "12:30"),
        role("a string by its tag", account("annotations: {example.com/role-arn: !!str 5}"), "5"),
        refused(
            "a number",
            account("annotations: {example.com/role-arn: 1_000}"),
            "put 1_000 in quotes"),
        refused(
            "a number of YAML 1.2",
            account("annotations: {example.com/role-arn: 0o7}"),
            "put 0o7 in quotes"),
        refused(
            "a boolean", account("annotations: {example.com/role-arn: yes}"), "put yes in quotes"),
        refused(
            "a boolean of one letter",
            account("annotations: {example.com/role-arn: y}"),
            "put y in quotes"),
        refused(
            "not a number, whatever its tag",
            account("annotations: {example.com/role-arn: !!int r}"),
            "r is not a number"),
        role("a merge key", account("annotations: {<<: {example.com/role-arn: r}}"), "r"),
        role(
            "a merge key that loses",
            account("annotations: {<<: {example.com/role-arn: x}, example.com/role-arn: r}"),
            "r"),
        role(
            "a merge of a list",
            account("annotations: {<<: [{example.com/role-arn: r}, {example.com/role-arn: x}]}"),
            "r"),
        refused(
            "a merge of no mapping",
            account("annotations: {<<: x}"),
            "line 5: a merge key (<<) has to name"),
        role(
            "an alias",
            account("labels: {x: &x r}\n  annotations: {example.com/role-arn: *x}"),
            "r"),
        refused(
            "an alias without an anchor",
            account("annotations: *x"),
            "line 5: the alias *x has no anchor"),
        refused(
            "an alias of what is around it",
            account("annotations: &x {y: *x}"),
            "line 5: the alias *x has no anchor"),
        refused(
            "a key twice",
            account("annotations: {example.com/role-arn: r, example.com/role-arn: r}"),
            "example.com/role-arn is there twice"),
        refused(
            "another key twice",
            account("x: 1\n  x: 2"),
            "line 6: x is there twice; remove one of them"),
        refused("a key that is a list", account("? [x]\n  : y"), "line 5: a key has to be a text"),
        role(
            "a key of several lines",
            account("annotations:\n    ? example.com/role-arn\n    : r"),
            "r"),
        role(
            "JSON with an escaped slash",
            json("{\"example.com\\/role-arn\": \"a\\/\\\\/b\\\"\\/\"}"),
            "a/\\/b\"/"),
        role("JSON with tabs", json("{\t\t\"example.com/role-arn\"\t:\n\t\t\"r\\t\"\t}\t"), "r\t"),
        role(
            "JSON with escaped characters",
            json("{\"example.com/role-arn\": \"\\u00e9\\ud83d\\ude00\"}"),
            "é😀"),
        role("a tab in a string", account("annotations: {example.com/role-arn: \"a\tb\"}"), "a\tb"),
        role("a byte order mark", "\uFEFF" + json("{\t\"example.com/role-arn\": \"r\\/\"}"), "r/"),
        role(
            "JSON, then YAML with a tab",
            json("{\"example.com\\/role-arn\": \"r\"}") + "\n---\nkind: X\nx: |\n  \ty\n",
            "r"),
        role(
            "YAML, then JSON with tabs",
            "kind: X\n---\n" + json("{\t\"example.com\\/role-arn\": \"r\"}"),
            "r"),
        role("CRLF", account("annotations: {example.com/role-arn: r}").replace("\n", "\r\n"), "r"),
        refused(
            "aliases that nest what is nested",
            account(
                "x:\n  - &a " + nested("r") + "\n  - &b " + nested("*a") + "\n  - " + nested("*b")),
            "line 8: nested too deeply"),
        refused(
            "aliases of aliases", account("x:\n" + multiplied()), "the aliases stand for too many"),
        role(
            "more values than aliases may stand for",
            account("x: [" + "1,".repeat(1_000_001) + "]"),
            null),
        refused(
            "a tab for indentation",
            account("annotations:\n\t\texample.com/role-arn: r"),
            "line 6: this is neither YAML nor JSON"),
        refused("no end", account("annotations: {"), "this is neither YAML nor JSON"),
        refused(
            "a control character",
            account("annotations: {x: \u0001}"),
            "this is neither YAML nor JSON"),
        refused(
            "no object",
            "kind: X\n---\n- 1\n",
            "document 2, line 3: a Kubernetes object was expected"),
        refused(
            "annotations in a list",
            account("annotations: [x]"),
            "metadata.annotations is not a mapping"),
        refused(
            "a name that is a number",
            "kind: ServiceAccount\nmetadata: {name: 5}",
            "put 5 in quotes"),
        refused(
            "no name",
            "kind: ServiceAccount\nmetadata: {}",
            "line 2: the ServiceAccount has no metadata.name"),
        role(
            "an item of a typed list",
            "apiVersion: v1\nkind: ServiceAccountList\nitems: [{metadata: {name: a}}]",
            null),
        role(
            "a list in a list",
            "kind: List\nitems: [{kind: List, items: [{kind: ServiceAccount, metadata: {name: a}}]}]",
            null),
        role(
            "ServiceAccounts of others",
            "apiVersion: example.com/v1\nkind: ServiceAccountList\nitems: [{metadata: {name: 5}}]\n---\n"
                + account(""),
            null),
        refused("items that are no list", "kind: List\nitems: {}", "line 2: items is not a list"),
        refused(
            "an account twice",
            account("") + "---\n" + account(""),
            "ServiceAccount default/a is in "));
  }

  private static Arguments role(String name, String text, @Nullable String role) {
    return arguments(
        name,
        text,
        role == null
            ? IdentityAnnotations.NONE
            : new IdentityAnnotations(role, null, null, null, SessionAnnotations.NONE),
        "");
  }

  private static Arguments refused(String name, String text, String message) {
    return arguments(name, text, IdentityAnnotations.NONE, message);
  }

  private static String account(String metadata) {
    return "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: a\n  " + metadata + "\n";
  }

  private static String nested(String inner) {
    return "[".repeat(200) + inner + "]".repeat(200);
  }

  private static String multiplied() {
    StringBuilder lines = new StringBuilder("  - &x0 [r]\n");
    for (int i = 0; i < 7; i++) {
      lines.append("  - &x%d [%s]\n".formatted(i + 1, ("*x" + i + ",").repeat(10)));
    }
    return lines.toString();
  }

  private static String json(String annotations) {
    return "{\"kind\": \"ServiceAccount\",\n\"metadata\": {\"name\": \"a\", \"annotations\":"
        + annotations
        + "}}\n";
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("texts")
  void both_doors_read_the_same(
      String name, String text, IdentityAnnotations account, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("a.yaml"), text);

    String server = accounts(file);
    String inject = input(text);

    assertThat(inject).isEqualTo(server);
    if (message.isEmpty()) {
      assertThat(server).isEqualTo(Map.of(new AccountKey(NAMESPACE, "a"), account).toString());
    } else {
      assertThat(server).contains(message);
    }
  }

  private static String accounts(Path file) {
    try {
      return new ServiceAccountManifests("example.com", NAMESPACE).read(file).toString();
    } catch (UnusableContentException wrong) {
      return ManifestFile.usage(wrong).sentence().replace(file.toString(), "standard input");
    }
  }

  private static String input(String text) {
    try {
      ByteArrayInputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
      ProcessIo process =
          new ProcessIo(Map.of(), in, System.out, System.err, false, LogSettings.Format.JSON);
      List<ManifestFile> files = ManifestFile.find("-", false, in);
      return InjectCommand.input(Optional.empty(), files, "example.com", NAMESPACE, process)
          .accounts()
          .toString();
    } catch (UsageException wrong) {
      return wrong.sentence();
    }
  }
}
