package io.webidentity.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said, and that no part of a token ever is. */
final class WhoamiCommandTest {
  private static final String ROLE = "arn:aws:iam::111122223333:role/reports";

  /** In the year 2100, and in 2001. */
  private static final long LATER = 4_102_444_800L;

  private static final long EARLIER = 1_000_000_000L;

  @TempDir Path folder;

  private String token = "";
  private String said = "";

  @AfterEach
  void no_part_of_the_token_was_said() {
    for (String part : token.split("\\.", -1)) {
      // "a" and the like would be found in every sentence.
      if (part.length() > 3) {
        assertThat(said).doesNotContain(part);
      }
    }
  }

  @Test
  void a_pod_with_an_identity_is_told_which() throws IOException {
    ProgramRun run =
        whoami(
            jwt("\"sts.amazonaws.com\"", LATER),
            Map.of("AWS_REGION", "eu-central-1", "AWS_ROLE_SESSION_NAME", "shop.reports"));

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .isEqualTo(
            """
            AWS_ROLE_ARN                arn:aws:iam::111122223333:role/reports
            AWS_ROLE_SESSION_NAME       shop.reports
            AWS_REGION                  eu-central-1
            AWS_WEB_IDENTITY_TOKEN_FILE %s
            token subject               system:serviceaccount:shop:reports
            token audience              sts.amazonaws.com
            token issuer                https://issuer.test
            token expires               2100-01-01T00:00:00Z
            """
                .formatted(folder.resolve("token")));
  }

  @Test
  void several_audiences_are_all_told() throws IOException {
    assertThat(whoami(jwt("[\"a\",\"b\"]", LATER), Map.of()).out())
        .contains("token audience              a, b\n");
  }

  @Test
  void an_expired_token_is_told_to_be_one() throws IOException {
    ProgramRun run = whoami(jwt("\"a\"", EARLIER), Map.of());

    assertThat(run.out()).contains("token expires               2001-09-09T01:46:40Z (expired)\n");
    assertThat(run.exitCode()).as("not a usable identity").isEqualTo(1);
  }

  @Test
  void a_pod_without_an_identity_is_told_where_to_look() {
    ProgramRun run = ProgramRun.of("whoami");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("webhook: AWS_ROLE_ARN is not set: this pod was given no identity.")
        .hasLineCount(1);
  }

  @Test
  void half_an_identity_is_none() {
    ProgramRun run = ProgramRun.of(Map.of("AWS_ROLE_ARN", ROLE), "whoami");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).startsWith("webhook: AWS_WEB_IDENTITY_TOKEN_FILE is not set");
  }

  @Test
  void a_token_that_is_not_there_is_told() {
    ProgramRun run = at(folder.resolve("absent"), Map.of());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            "webhook: %s does not exist: the pod has the variables, but not the token's volume mounted.\n"
                .formatted(folder.resolve("absent")));
  }

  /** A folder stands for a file that cannot be read: who runs tests may read every file. */
  @Test
  void a_token_that_cannot_be_read_is_told() {
    ProgramRun run = at(folder, Map.of());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).startsWith("webhook: " + folder + " cannot be read (").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "opaque-secret",
        "a.b",
        "!!!!.????.----",
        "e30.bm90LWpzb24.c2ln",
        "e30.e30.c2ln",
        "e30.W10.c2ln",
        "e30..c2ln"
      })
  void what_is_no_token_is_told_without_being_shown(String content) throws IOException {
    ProgramRun run = whoami(content, Map.of());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo("webhook: %s holds no JSON web token.\n".formatted(folder.resolve("token")));
  }

  @Test
  void help_is_as_recorded() throws IOException {
    HelpTest.assertRecorded("help-whoami.txt", "whoami", "--help");
  }

  private ProgramRun whoami(String content, Map<String, String> environment) throws IOException {
    token = content;
    return at(Files.writeString(folder.resolve("token"), content + "\n"), environment);
  }

  private ProgramRun at(Path file, Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("AWS_ROLE_ARN", ROLE);
    all.put("AWS_WEB_IDENTITY_TOKEN_FILE", file.toString());
    ProgramRun run = ProgramRun.of(all, "whoami");
    said = run.out() + run.err();
    return run;
  }

  private static String jwt(String audience, long expiry) {
    String claims =
        "{\"iss\":\"https://issuer.test\",\"sub\":\"system:serviceaccount:shop:reports\",\"aud\":%s,\"exp\":%d}"
            .formatted(audience, expiry);
    return part("{\"alg\":\"RS256\"}") + "." + part(claims) + "." + part("the-signature");
  }

  private static String part(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
