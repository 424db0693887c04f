package io.webidentity.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointUrlTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://sts.eu-central-1.amazonaws.com",
        "http://minio",
        "http://minio.storage.svc:9000",
        "http://minio.storage.svc.cluster.local.:9000/",
        "HTTPS://Host.Example:1/a/b%2Fc//d_~!&'()*+,;=:@-.",
        "http://10.0.0.1:65535",
        "http://[::1]:9000",
        "https://[fd00::10:1]/sts",
        "http://[::ffff:10.0.0.1]",
        "http://xn--bcher-kva.example",
        "http://a-b.c",
        "http://0",
        "http://host:00080",
      })
  void an_address_that_sdks_take_is_one(String text) {
    assertThat(EndpointUrl.of(text)).contains(new EndpointUrl(text));
    assertThat(new EndpointUrl(text).value()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "minio",
        "minio:9000",
        "//minio",
        "/sts",
        "http:",
        "http://",
        "http:///sts",
        "http://:9000",
        "http:/minio",
        "ftp://minio",
        "httpss://minio",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://user@minio",
        "http://user:password@minio",
        "http://minio?x=1",
        "http://minio/?x",
        "http://minio#x",
        "http://minio/#",
        "http://minio:",
        "http://minio:0",
        "http://minio:00000",
        "http://minio:65536",
        "http://minio:99999",
        "http://minio:100000",
        "http://minio:-1",
        "http://minio:80:80",
        "http://minio:8o",
        "http://my_minio",
        "http://-a",
        "http://a-",
        "http://a..b",
        "http://.a",
        "http://a..",
        "http://[]",
        "http://[1]",
        "http://[fe80::1%eth0]",
        "http://[::1",
        "http://::1",
        "http://[::g]",
        "http://bücher.example",
        "http://minio/ü",
        "http://minio/a b",
        " http://minio",
        "http://minio ",
        "http://minio\n",
        "http://minio\t",
        "http://minio\u0000",
        "http://min\u200bio",
        "http://minio/%",
        "http://minio/%2",
        "http://minio/%zz",
        "http://minio/\\",
        "http://minio\\@evil",
        "http://minio/\"",
        "http://minio/<x>",
        "http://minio/{x}",
        "http://minio/$(HOME)",
        "http://$(HOST):9000",
        "http://minio/$$",
        "http://minio/[",
      })
  void anything_else_is_none(String text) {
    assertThat(EndpointUrl.of(text)).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> new EndpointUrl(text));
  }

  @Test
  void labels_and_urls_have_a_longest_length() {
    assertThat(EndpointUrl.of("http://" + "a".repeat(63) + ".b")).isPresent();
    assertThat(EndpointUrl.of("http://" + "a".repeat(64) + ".b")).isEmpty();
    assertThat(EndpointUrl.of("http://" + "a.".repeat(127) + ":1/")).isPresent();
    assertThat(EndpointUrl.of("http://" + "a.".repeat(127) + "a")).isEmpty();
    assertThat(EndpointUrl.of("http://" + "a.".repeat(126) + "bc.")).isEmpty();
    assertThat(EndpointUrl.of("http://" + "a.".repeat(1000))).isEmpty();
    assertThat(EndpointUrl.of("http://a/" + "b".repeat(2048 - 9))).isPresent();
    assertThat(EndpointUrl.of("http://a/" + "b".repeat(2048 - 8))).isEmpty();
    assertThat(EndpointUrl.of("http://a" + "/%41".repeat(500))).isPresent();
    assertThat(EndpointUrl.of("http://a" + "/".repeat(1_000_000))).isEmpty();
  }
}
