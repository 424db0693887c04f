package io.webidentity.cli.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.fge.jsonpatch.JsonPatch;
import com.github.fge.jsonpatch.JsonPatchException;
import io.webidentity.account.AccountFinder;
import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.Namespaces;
import io.webidentity.account.SessionAnnotations;
import io.webidentity.cli.ProgramRun;
import io.webidentity.config.IdentitySettings;
import io.webidentity.decision.PodDecider;
import io.webidentity.decision.PodTreeDecider;
import io.webidentity.decision.UndecidedException;
import io.webidentity.identity.IdentityGuard;
import io.webidentity.identity.IdentityResolver;
import io.webidentity.identity.IdentitySources;
import io.webidentity.identity.Trail;
import io.webidentity.injection.ContainerCredentialsSettings;
import io.webidentity.injection.Decision;
import io.webidentity.injection.InjectionSettings;
import io.webidentity.injection.Injector;
import io.webidentity.injection.MalformedPodException;
import io.webidentity.injection.SessionSettings;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Whatever the pod and however it is written: what {@code inject} prints means what an independent
 * library makes of the pod, as an independent reader reads it, and the patch.
 */
class InjectPropertyTest {
  private static final int CASES = 60;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String ROLE = "arn:aws:iam::111122223333:role/app";

  @TempDir private Path folder;
  private Path accounts = Path.of("");

  @BeforeEach
  void writeAccounts() throws IOException {
    accounts =
        Files.writeString(
            folder.resolve("accounts.yaml"),
            """
            {kind: ServiceAccount, apiVersion: v1,
             metadata: {name: app, annotations: {eks.amazonaws.com/role-arn: "%s"}}}
            """
                .formatted(ROLE));
  }

  @ParameterizedTest
  @EnumSource
  void the_result_means_the_patched_pod(RandomManifests.Style style)
      throws IOException, JsonPatchException, MalformedPodException, UndecidedException {
    for (int seed = 0; seed < CASES; seed++) {
      RandomManifests manifests = new RandomManifests(new Random(seed));
      String input = manifests.text(style);
      ProgramRun run = inject(input);
      assertThat(run.exitCode()).as("seed %d: %s\n%s", seed, run.err(), input).isZero();
      assertThat(parsed(run.out()))
          .as("seed %d\n%s\n---\n%s", seed, input, run.out())
          .isEqualTo(patched(parsed(input)));
      assertThat(run.err()).as("seed %d\n%s", seed, input).doesNotContain("written again");
    }
  }

  @ParameterizedTest
  @EnumSource
  void every_line_that_is_not_changed_is_kept(RandomManifests.Style style) throws IOException {
    for (int seed = 0; seed < CASES; seed++) {
      RandomManifests manifests = new RandomManifests(new Random(seed)).withoutNullAndEmpty();
      String input = manifests.text(style);
      ProgramRun run = inject(input);
      List<String> before = input.lines().map(InjectPropertyTest::withoutComma).toList();
      List<String> after = run.out().lines().map(InjectPropertyTest::withoutComma).toList();
      if (style.hasLines()) {
        assertThat(after).as("seed %d\n%s", seed, input).containsSubsequence(before);
      }
      assertThat(inject(run.out()).out()).as("seed %d: again", seed).isEqualTo(run.out());
    }
  }

  @Test
  void the_patch_is_not_empty_for_most_pods()
      throws IOException, MalformedPodException, UndecidedException {
    int injected = 0;
    for (int seed = 0; seed < CASES; seed++) {
      String input = new RandomManifests(new Random(seed)).text(RandomManifests.Style.BLOCK);
      injected += decision(parsed(input)) instanceof Decision.Inject ? 1 : 0;
    }
    assertThat(injected).isGreaterThan(CASES / 2);
  }

  /** In JSON, what is last and gets a successor gets a comma. */
  private static String withoutComma(String line) {
    return line.endsWith(",") ? line.substring(0, line.length() - 1) : line;
  }

  private ProgramRun inject(String input) {
    return ProgramRun.of(
        Map.of(),
        input.getBytes(StandardCharsets.UTF_8),
        "inject",
        "-f",
        "-",
        "--service-accounts",
        accounts.toString());
  }

  private static JsonNode parsed(String text) throws IOException {
    Object data = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
    return MAPPER.readTree(MAPPER.writeValueAsString(data));
  }

  private static Decision decision(JsonNode pod) throws MalformedPodException, UndecidedException {
    IdentityResolver resolver =
        new IdentityResolver(
            new IdentitySettings(
                "eks.amazonaws.com",
                "sts.amazonaws.com",
                86_400,
                false,
                Optional.empty(),
                "pods.eks.amazonaws.com"),
            SessionSettings.NONE,
            IdentitySources.ANNOTATIONS);
    Injector injector =
        new Injector(
            new InjectionSettings(
                "eks.amazonaws.com",
                "/var/run/secrets/eks.amazonaws.com/serviceaccount",
                ContainerCredentialsSettings.DEFAULT),
            (_, highest) -> highest);
    AccountFinder accounts =
        AccountFinder.of(
            Map.of(
                new AccountKey("default", "app"),
                new IdentityAnnotations(ROLE, null, null, null, SessionAnnotations.NONE)));
    return new PodTreeDecider(
            "eks.amazonaws.com",
            new PodDecider(accounts, Namespaces.NONE, resolver, IdentityGuard.NONE, injector))
        .decide(pod, "default", Trail.ofFindings())
        .decision();
  }

  private static JsonNode patched(JsonNode pod)
      throws IOException, JsonPatchException, MalformedPodException, UndecidedException {
    if (!(decision(pod) instanceof Decision.Inject inject)) {
      return pod;
    }
    StringWriter text = new StringWriter();
    try (var generator = MAPPER.createGenerator(text)) {
      inject.patch().writeTo(generator);
    }
    return JsonPatch.fromJson(MAPPER.readTree(text.toString())).apply(pod);
  }
}
