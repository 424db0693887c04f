package io.webidentity.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.watch.UnusableContentException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalarTypesTest {
  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "yes | true",
        "y | true",
        "On | true",
        "n | false",
        "OFF | false",
        "False | false",
        "tRue | \"tRue\"",
        "~ | null",
        "null | null",
        "Null | null",
        "nil | \"nil\"",
        "`` | null",
        "0 | 0",
        "-12 | -12",
        "+1_000 | 1000",
        "010 | 8",
        "0o10 | 8",
        "0x1F | 31",
        "-0x10 | -16",
        "0b101 | 5",
        "2147483648 | 2147483648",
        "99999999999999999999 | 99999999999999999999",
        "08 | 8.0",
        "1e3 | 1000.0",
        "1.5E-1 | 0.15",
        ".5 | 0.5",
        "1. | 1.0",
        "-.inf | \"-Infinity\"",
        ".NaN | \"NaN\"",
        "1.2.3 | \"1.2.3\"",
        "12:30 | \"12:30\"",
        "2001-12-14 | \"2001-12-14\"",
        "1Gi | \"1Gi\"",
        "0x | \"0x\"",
        "= | \"=\"",
        "'1' | \"1\"",
        "\"yes\" | \"yes\"",
        "!!str 1 | \"1\"",
        "! 1 | 1",
        "!!int '7' | 7",
        "!other 5 | \"5\"",
        "2e2 # comment | 200.0",
      })
  void scalars_are_typed_as_kubectl_types_them(String written, String json)
      throws UnusableContentException {
    ManifestText text = new ManifestText("x.yaml", "key: " + written + "\n");
    ManifestDocument document = ManifestDocument.split(text).getFirst();
    assertThat(document.data().get("key").toString()).isEqualTo(json);
  }
}
