package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import io.webidentity.testing.pod.JsonPatchLibrary;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OwnerReaderTest {
  private static final PodReader READER = new PodReader("eks.amazonaws.com");
  private static final String REPLICA_SET =
      "{'apiVersion':'apps/v1','kind':'ReplicaSet','name':'web-1','uid':'u-1','controller':true,"
          + "'blockOwnerDeletion':true}";
  private static final String NOTE =
      "{'apiVersion':'v1','kind':'ConfigMap','name':'note','uid':'u-2'}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[" + REPLICA_SET + "]",
        "[" + NOTE + "," + REPLICA_SET + "]",
        "[" + REPLICA_SET + "," + NOTE + ",null]",
      })
  void the_owner_that_controls_the_pod_is_found(String owners) throws Exception {
    assertThat(controller(READER.withOwners(), owners))
        .isEqualTo(new Pod.Owner("apps/v1", "ReplicaSet", "web-1", "u-1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"null", "[]", "[null]", "[" + NOTE + "]", "[{'name':'x','controller':false}]"})
  void a_pod_that_nothing_controls_has_no_controller(String owners) throws Exception {
    assertThat(controller(READER.withOwners(), owners)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "7| metadata.ownerReferences must be an array, not a number",
        "[7]| metadata.ownerReferences[0] must be an object, not a number",
        "[{'name':7}]| metadata.ownerReferences[0].name must be a string, not a number",
        "[{'controller':'true'}]|"
            + " metadata.ownerReferences[0].controller must be a boolean, not a string",
      })
  void a_wrong_type_is_an_error_where_owners_are_read(String owners, String problem)
      throws Exception {
    assertThatThrownBy(() -> controller(READER.withOwners(), owners))
        .isInstanceOf(MalformedPodException.class)
        .hasMessage(problem);
    assertThat(controller(READER, owners)).isNull();
  }

  @Test
  void owners_are_passed_by_unless_they_are_asked_for() throws Exception {
    assertThat(controller(READER, "[" + REPLICA_SET + "]")).isNull();
  }

  private static Pod.@Nullable Owner controller(PodReader reader, String owners)
      throws IOException, MalformedPodException {
    String pod = "{'metadata':{'ownerReferences':%s,'name':'web'}}".formatted(owners);
    try (JsonParser parser = JsonPatchLibrary.EXACT.createParser(pod.replace('\'', '"'))) {
      parser.nextToken();
      Pod read = reader.read(parser, MemoryBudget.UNBOUNDED);
      assertThat(read.name()).isEqualTo("web");
      return read.metadata().controller();
    }
  }
}
