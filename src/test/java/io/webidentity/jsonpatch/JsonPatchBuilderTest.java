package io.webidentity.jsonpatch;

import static io.webidentity.jsonpatch.Presence.MISSING;
import static io.webidentity.jsonpatch.Presence.PRESENT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JsonPatchBuilderTest {
  private static final JsonPointer ARRAY = JsonPointer.ROOT.member("a");
  private static final JsonValue ONE = JsonValue.of(1);
  private static final JsonValue TWO = JsonValue.of("two");

  private JsonPatchBuilder builder = new JsonPatchBuilder();

  @BeforeEach
  void newBuilder() {
    builder = new JsonPatchBuilder();
  }

  @Test
  void values_are_appended_one_by_one_to_an_array_that_is_there() throws IOException {
    assertThat(written(builder.append(ARRAY, PRESENT, List.of(ONE, TWO))))
        .isEqualTo(
            "[{'op':'add','path':'/a/-','value':1},{'op':'add','path':'/a/-','value':'two'}]");
  }

  @Test
  void a_missing_array_is_created_whole() throws IOException {
    assertThat(written(builder.append(ARRAY, MISSING, List.of(ONE, TWO))))
        .isEqualTo("[{'op':'add','path':'/a','value':[1,'two']}]");
  }

  @Test
  void nothing_to_append_changes_nothing() throws IOException {
    assertThat(written(builder.append(ARRAY, MISSING, List.of()).append(ARRAY, PRESENT, List.of())))
        .isEqualTo("[]");
    assertThat(builder.isEmpty()).isTrue();
  }

  @Test
  void a_first_value_is_inserted_or_the_array_created() throws IOException {
    assertThat(written(builder.insertFirst(ARRAY, PRESENT, ONE).insertFirst(ARRAY, MISSING, TWO)))
        .isEqualTo(
            "[{'op':'add','path':'/a/0','value':1},{'op':'add','path':'/a','value':['two']}]");
    assertThat(builder.isEmpty()).isFalse();
  }

  @Test
  void an_object_is_created_only_where_none_is() throws IOException {
    assertThat(written(builder.ensureObject(ARRAY, PRESENT))).isEqualTo("[]");
    assertThat(written(builder.ensureObject(ARRAY, MISSING)))
        .isEqualTo("[{'op':'add','path':'/a','value':{}}]");
  }

  @Test
  void every_kind_of_value_is_written() throws IOException {
    JsonValue value =
        JsonValue.object(
            JsonValue.member("s", JsonValue.of("ü\"\\\n")),
            JsonValue.member("n", JsonValue.of(Long.MIN_VALUE)),
            JsonValue.member("b", JsonValue.of(true)),
            JsonValue.member("a", JsonValue.array(JsonValue.of(false), JsonValue.object())));
    assertThat(written(builder.insertFirst(ARRAY, PRESENT, value)))
        .isEqualTo(
            "[{'op':'add','path':'/a/0','value':"
                + "{'s':'ü\\'\\\\\\n','n':-9223372036854775808,'b':true,'a':[false,{}]}}]");
  }

  private static String written(JsonPatchBuilder builder) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = new JsonFactory().createGenerator(text)) {
      builder.build().writeTo(generator);
      assertThat(generator.getOutputContext().inRoot()).as("everything is closed").isTrue();
    }
    return text.toString().replace('"', '\'');
  }
}
