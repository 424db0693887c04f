package io.webidentity.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoleArnTest {
  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\r\n", "\u00a0\u2003\u3000"})
  void nothing_but_blanks_is_no_role(String setting) {
    assertThat(RoleArn.of(setting)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"arn:x y", " arn:x y", "arn:x y\n", "\u00a0\t arn:x y \u2003\r\n"})
  void blanks_around_are_left_out_and_others_kept(String setting) {
    assertThat(RoleArn.of(setting)).contains(new RoleArn("arn:x y"));
  }

  @ParameterizedTest
  @CsvSource({"x", "' x'", "'x '"})
  void a_single_character_is_kept(String setting) {
    assertThat(RoleArn.of(setting)).contains(new RoleArn("x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arn:aws:iam::111122223333:role/app",
        "arn:aws-cn:iam::111122223333:role/app",
        "arn:aws-us-gov:iam::111122223333:role/a/path/app",
        "arn:aws:iam::111122223333:role/p:a$th//App_1+=,.@-",
        "arn:minio:iam:::role/x",
        "arn:minio:iam:eu-central-1::role/x",
        "arn:aws:iam::RGW00889737169837717:role/x"
      })
  void these_are_well_formed(String arn) {
    assertThat(new RoleArn(arn).wellFormed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "app",
        "arn:aws:iam::111122223333:role/",
        "arn:aws:iam::111122223333:role/path/",
        "arn:aws:iam::111122223333:user/app",
        "arn:aws:sts::111122223333:role/app",
        "arn::iam::111122223333:role/app",
        "arn:aws:iam:111122223333:role/app",
        "arn:aws:iam::111122223333:1:role/app",
        "Arn:aws:iam::111122223333:role/app",
        "arn:aws:iam::111122223333:role/a b",
        "arn:aws:iam::1111 2222:role/app",
        "arn:aws:iam::111122223333:role/äpp",
        "arn:aws:iam::111122223333:role/app\"",
        "arn:aws:iam::111122223333:role/app\n"
      })
  void these_are_not_well_formed(String arn) {
    assertThat(new RoleArn(arn).wellFormed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arn:aws:iam::111122223333:role/app",
        "arn:aws-us-gov:iam::111122223333:role/a/path/app",
        "arn:aws:iam::RGW00889737169837717:role/x",
        "arn:aws:iam:::role/S3Access",
        "arn:aws:iam::tenant_a:role/S3Access",
        "arn:minio:iam:::role/x",
        "arn:minio:iam::tenant:role//x"
      })
  void these_can_be_roles_of_their_partition(String arn) {
    assertThat(new RoleArn(arn).form()).isEqualTo(RoleArn.Form.WELL_FORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arn:aws:iam::${ACCOUNT_ID}:role/app",
        "arn:aws:iam::11112222333:role/app",
        "arn:aws:iam::1111222233334:role/app",
        "arn:aws-cn:iam:cn-north-1:111122223333:role/app",
        "arn:aws:iam::111122223333:role//app",
        "arn:aws:iam::111122223333:role/a//app"
      })
  void aws_cannot_have_these(String arn) {
    assertThat(new RoleArn(arn).form()).isEqualTo(RoleArn.Form.IMPOSSIBLE_ON_AWS);
  }

  /** Annotations may have 256 KiB. */
  @Test
  void a_path_of_many_parts_needs_no_deep_stack() throws InterruptedException {
    RoleArn role = new RoleArn("arn:aws:iam::111122223333:role/" + "a/".repeat(100_000) + "x");
    AtomicReference<RoleArn.Form> form = new AtomicReference<>();
    Thread thread = new Thread(null, () -> form.set(role.form()), "", 256_000);
    thread.start();
    thread.join();
    assertThat(form).hasValue(RoleArn.Form.WELL_FORMED);
  }

  @ParameterizedTest
  @CsvSource({
    "arn:aws:iam::111122223333:role/app, aws",
    "arn:aws-cn:iam::111122223333:role/app, aws-cn",
    "arn:minio:iam:::role/app,",
    "app,",
    "arn:aws,"
  })
  void the_partition_is_that_of_the_arn(String arn, String partition) {
    assertThat(new RoleArn(arn).awsPartition().orElse(null)).isEqualTo(partition);
  }
}
