package io.webidentity.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.audit.HeldCredentials;
import io.webidentity.cli.cluster.Check.Status;
import io.webidentity.secret.SecretText;
import io.webidentity.testing.server.FakeSts;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StsChecksTest {
  private static final String ROLE = "arn:aws:iam::111122223333:role/a+b";
  private static final String TOKEN = "eyJhbGci.eyJpc3Mi.c2ln+";
  private static final HeldCredentials GIVEN =
      new HeldCredentials(ROLE, "/token", "aws-iam-token", "sts.amazonaws.com");

  private final FakeSts sts = new FakeSts();

  StsChecksTest() throws IOException {}

  @AfterEach
  void close() {
    sts.close();
  }

  @Test
  void the_role_that_is_assumed_is_shown_and_its_credentials_are_not() {
    sts.give("arn:aws:sts::111122223333:assumed-role/a+b/webhook-doctor");

    Check check = checked(GIVEN);

    assertThat(check.status()).isEqualTo(Status.PASSED);
    assertThat(check.detail())
        .isEqualTo(
            "%s gives credentials of arn:aws:sts::111122223333:assumed-role/a+b/webhook-doctor"
                .formatted(sts.url()));
    assertThat(sts.asked())
        .singleElement()
        .satisfies(form ->
            assertThat(form)
                .containsEntry("Action", "AssumeRoleWithWebIdentity")
                .containsEntry("Version", "2011-06-15")
                .containsEntry("DurationSeconds", "900")
                .containsEntry("RoleSessionName", "webhook-doctor")
                .containsEntry("RoleArn", ROLE)
                .containsEntry("WebIdentityToken", TOKEN));
  }

  /** MinIO's answers have an empty ARN. */
  @Test
  void a_role_without_a_name_is_the_one_that_was_asked_for() {
    sts.give("");

    assertThat(checked(GIVEN).detail()).endsWith(" gives credentials of " + ROLE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "403|AccessDenied|Not authorized to perform sts:AssumeRoleWithWebIdentity",
        "400|InvalidIdentityToken|No OpenIDConnect provider found in your account for https://x",
        "400|ValidationError|Request ARN is invalid"
      })
  void a_refusal_is_shown_with_the_place_of_its_remedy(int http, String code, String message) {
    sts.refuse(http, code, message);

    Check check = checked(GIVEN);

    assertThat(check.status()).isEqualTo(Status.FAILED);
    assertThat(check.detail())
        .isEqualTo("%s answers %s for %s: %s".formatted(sts.url(), code, ROLE, message));
    assertThat(check.remedy()).contains("docs/troubleshoot.md");
  }

  @Test
  void a_refusal_that_quotes_the_token_does_not_show_it() {
    sts.refuse(400, "InvalidIdentityToken", "cannot parse " + TOKEN + ", sorry");

    assertThat(checked(GIVEN).detail()).endsWith("cannot parse (the token), sorry");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "<html><Arn>x</Arn></html>",
        "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><Code>&e;</Code>",
        "<AssumeRoleWithWebIdentityResponse>"
      })
  void what_is_no_sts_is_a_warning_that_quotes_nothing(String body) {
    sts.answer(404, body);

    Check check = checked(GIVEN);

    assertThat(check.status()).isEqualTo(Status.WARNING);
    assertThat(check.detail())
        .isEqualTo(sts.url() + " answers with HTTP 404, and not as an STS does");
  }

  @Test
  void an_sts_that_does_not_answer_is_a_warning() {
    sts.hang();

    Check check = checked(GIVEN);

    assertThat(check.status()).isEqualTo(Status.WARNING);
    assertThat(check.detail()).isEqualTo(sts.url() + " cannot be read: no answer in time");
  }

  @Test
  void an_sts_that_is_not_there_is_a_warning() {
    URI gone = sts.url();
    sts.close();

    Check check = checked(GIVEN, gone);

    assertThat(check.status()).isEqualTo(Status.WARNING);
    assertThat(check.detail()).isEqualTo(gone + " cannot be read: connection refused");
  }

  @Test
  void nobody_gets_the_token_by_a_redirect() throws IOException {
    try (FakeSts other = new FakeSts()) {
      sts.redirect(other.url());

      assertThat(checked(GIVEN).detail()).contains("HTTP 307");
      assertThat(other.asked()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "http://169.254.170.23/v1/credentials"})
  void without_a_role_no_token_is_sent(String source) {
    Check check = checked(new HeldCredentials(source, "/token", "token", "pods.eks.amazonaws.com"));

    assertThat(check.status()).isEqualTo(Status.SKIPPED);
    assertThat(sts.asked()).isEmpty();
  }

  private Check checked(HeldCredentials given) {
    return checked(given, sts.url());
  }

  private static Check checked(HeldCredentials given, URI url) {
    Checks checks = new Checks();
    try (OutsideClient outside = new OutsideClient(Duration.ofSeconds(2))) {
      new StsChecks(checks, new Sts(outside, url)).examine(given, SecretText.of(TOKEN));
    }
    assertThat(checks.all()).hasSize(1);
    assertThat(checks.all().toString()).doesNotContain(TOKEN).doesNotContain(FakeSts.CREDENTIALS);
    return checks.all().getFirst();
  }
}
