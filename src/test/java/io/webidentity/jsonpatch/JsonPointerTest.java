package io.webidentity.jsonpatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPointerTest {
  @ParameterizedTest
  @CsvSource({
    "a, /a",
    "'', /",
    "~, /~0",
    "/, /~1",
    "~1, /~01",
    "a/b~c, /a~1b~0c",
    "~~//, /~0~0~1~1",
    "ü😀, /ü😀"
  })
  void names_are_escaped(String name, String pointer) {
    assertThat(JsonPointer.ROOT.member(name).value()).isEqualTo(pointer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "", "~", "/", "~0", "~1", "~01", "a/b~c", "~~//", " ", "\"\\", "ü😀"})
  void another_implementation_finds_the_member(String name) {
    ObjectNode object = new ObjectMapper().createObjectNode().put(name, "found");
    assertThat(object.at(JsonPointer.ROOT.member(name).value()).textValue()).isEqualTo("found");
  }

  @Test
  void steps_follow_each_other() {
    JsonPointer containers = JsonPointer.ROOT.member("spec").member("containers");
    assertThat(containers.element(12).member("env").end()).hasToString("/spec/containers/12/env/-");
    assertThat(JsonPointer.ROOT.value()).isEmpty();
  }
}
