package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.webidentity.jsonpatch.Presence;
import io.webidentity.testing.pod.JsonPatchLibrary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PodReaderTest {
  private static final String PREFIX = "id.example.com";

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\u0000',
      delimiter = '|',
      value = {
        "[]|the pod must be an object, not an array",
        "\"x\"|the pod must be an object, not a string",
        "{\"metadata\":[]}|metadata must be an object, not an array",
        "{\"metadata\":{\"name\":1}}|metadata.name must be a string, not a number",
        "{\"metadata\":{\"generateName\":1.5}}|metadata.generateName must be a string, not a number",
        "{\"metadata\":{\"namespace\":true}}|metadata.namespace must be a string, not a boolean",
        "{\"metadata\":{\"labels\":\"a\"}}|metadata.labels must be an object, not a string",
        "{\"metadata\":{\"annotations\":[]}}|metadata.annotations must be an object, not an array",
        "{\"metadata\":{\"annotations\":{\"id.example.com/token-expiration\":3600}}}"
            + "|metadata.annotations[\"id.example.com/token-expiration\"]"
            + " must be a string, not a number",
        "{\"metadata\":{\"annotations\":{\"id.example.com/skip-containers\":[\"a\"]}}}"
            + "|metadata.annotations[\"id.example.com/skip-containers\"]"
            + " must be a string, not an array",
        "{\"spec\":\"x\"}|spec must be an object, not a string",
        "{\"spec\":{\"serviceAccountName\":{}}}"
            + "|spec.serviceAccountName must be a string, not an object",
        "{\"spec\":{\"serviceAccount\":false}}|spec.serviceAccount must be a string, not a boolean",
        "{\"spec\":{\"containers\":{}}}|spec.containers must be an array, not an object",
        "{\"spec\":{\"containers\":[{},null]}}|spec.containers[1] must be an object, not null",
        "{\"spec\":{\"containers\":[{},{},{\"env\":{}}]}}"
            + "|spec.containers[2].env must be an array, not an object",
        "{\"spec\":{\"initContainers\":[{\"env\":[{\"name\":\"A\"},{\"name\":[]}]}]}}"
            + "|spec.initContainers[0].env[1].name must be a string, not an array",
        "{\"spec\":{\"containers\":[{\"env\":[[]]}]}}"
            + "|spec.containers[0].env[0] must be an object, not an array",
        "{\"spec\":{\"containers\":[{\"volumeMounts\":[{\"mountPath\":0}]}]}}"
            + "|spec.containers[0].volumeMounts[0].mountPath must be a string, not a number",
        "{\"spec\":{\"containers\":[{\"volumeDevices\":[{\"devicePath\":0}]}]}}"
            + "|spec.containers[0].volumeDevices[0].devicePath must be a string, not a number",
        "{\"spec\":{\"volumes\":[{},{\"projected\":{\"sources\":[0]}}]}}"
            + "|spec.volumes[1].projected.sources[0] must be an object, not a number",
        "{\"spec\":{\"os\":\"windows\"}}|spec.os must be an object, not a string",
        "{\"spec\":{\"nodeSelector\":{\"kubernetes.io/os\":1}}}"
            + "|spec.nodeSelector[\"kubernetes.io/os\"] must be a string, not a number",
        "{\"spec\":{\"affinity\":{\"nodeAffinity\":"
            + "{\"requiredDuringSchedulingIgnoredDuringExecution\":{\"nodeSelectorTerms\":"
            + "[{\"matchExpressions\":[{\"values\":[1]}]}]}}}}"
            + "|spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
            + ".nodeSelectorTerms[0].matchExpressions[0].values[0] must be a string, not a number",
      })
  void a_wrong_type_is_refused_with_its_place(String json, String message) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(MalformedPodException.class)
        .hasMessage(message);
  }

  @Test
  void the_place_is_that_in_the_pod_wherever_the_pod_is() throws IOException {
    try (JsonParser parser =
        JsonPatchLibrary.EXACT.createParser("{\"request\":[{},{\"spec\":{\"volumes\":7}}]}")) {
      for (int objects = 0; objects < 3; ) {
        objects += parser.nextToken() == JsonToken.START_OBJECT ? 1 : 0;
      }
      assertThatThrownBy(() -> new PodReader(PREFIX).read(parser, MemoryBudget.UNBOUNDED))
          .isInstanceOfSatisfying(
              MalformedPodException.class,
              malformed -> assertThat(malformed.path()).isEqualTo("spec.volumes"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"metadata\":{\"labels\":{\"a\":1},\"annotations\":{\"b\":[]}},\"spec\":{\"x\":{\"env\":1}}}",
        "{\"spec\":{\"ephemeralContainers\":7,\"containers\":[{\"ports\":\"x\"}]},\"status\":[]}",
      })
  void a_wrong_type_in_a_field_that_is_not_read_does_not_matter(String json) throws Exception {
    assertThat(read(json).spec().presence()).isEqualTo(Presence.PRESENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"metadata\":null,\"spec\":null}"})
  void what_is_absent_or_null_is_nothing(String json) throws Exception {
    assertThat(read(json)).isEqualTo(new Pod(Pod.Metadata.NONE, Pod.Spec.NONE));
  }

  @Test
  void a_null_is_nothing_wherever_it_is() throws Exception {
    Pod pod =
        read(
            "{\"metadata\":{\"name\":null,\"labels\":null,\"annotations\":null},"
                + "\"spec\":{\"serviceAccountName\":null,\"os\":null,\"nodeSelector\":null,"
                + "\"affinity\":null,\"volumes\":[{\"name\":null,\"projected\":"
                + "{\"sources\":[{\"serviceAccountToken\":null}]}}]}}");
    assertThat(pod.metadata())
        .isEqualTo(
            new Pod.Metadata(
                Presence.PRESENT,
                "",
                "",
                "",
                Pod.Labels.NONE,
                false,
                null,
                null,
                null,
                List.of(),
                null,
                null));
    assertThat(read("{\"metadata\":null}").metadata()).isEqualTo(Pod.Metadata.NONE);
    assertThat(pod.serviceAccountName()).isEmpty();
    assertThat(pod.spec().placement()).isEqualTo(Placement.ANYWHERE);
    assertThat(pod.spec().volumes()).containsExactly(new Pod.Volume("", null));
  }

  /** Fields that a later version may add, with names in them that are read elsewhere. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\u0000',
      delimiter = '|',
      value = {
        "'future':{'metadata':{'name':'x'},'spec':{'serviceAccountName':'x'}}|",
        "|'future':{'name':'x','labels':{'id.example.com/skip-pod-identity-webhook':''}}",
        "|'labels':{'future':{'id.example.com/skip-pod-identity-webhook':''}}",
        "|'annotations':{'future':{'id.example.com/token-expiration':'1'}}",
      })
  void names_inside_of_unknown_fields_of_metadata_are_passed_by(
      @Nullable String ofPod, @Nullable String ofMetadata) throws Exception {
    Pod pod =
        read(
            ("{"
                    + (ofPod == null ? "" : ofPod + ",")
                    + "'metadata':{"
                    + (ofMetadata == null ? "" : ofMetadata + ",")
                    + "'namespace':'n'}}")
                .replace('\'', '"'));
    boolean labelled = ofMetadata != null && ofMetadata.startsWith("'labels'");
    Pod.Labels labels = new Pod.Labels(labelled ? Presence.PRESENT : Presence.MISSING, false, "");
    assertThat(pod)
        .isEqualTo(
            new Pod(
                new Pod.Metadata(
                    Presence.PRESENT,
                    "",
                    "",
                    "n",
                    labels,
                    false,
                    null,
                    null,
                    null,
                    List.of(),
                    null,
                    null),
                Pod.Spec.NONE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'os':{'future':{'name':'windows'}}",
        "'nodeSelector':{'future':{'kubernetes.io/os':'windows'}}",
        "'affinity':{'future':{'nodeAffinity':%s}}",
        "'affinity':{'nodeAffinity':{'future':%s}}",
        "'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':"
            + "{'future':{'nodeSelectorTerms':[{'matchExpressions':"
            + "[{'key':'kubernetes.io/os','operator':'In','values':['windows']}]}]}}}}",
        "'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':"
            + "{'nodeSelectorTerms':[{'future':{'matchExpressions':"
            + "[{'key':'kubernetes.io/os','operator':'In','values':['windows']}]}}]}}}",
        "'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':"
            + "{'nodeSelectorTerms':[{'matchExpressions':[{'future':"
            + "{'key':'kubernetes.io/os','operator':'In','values':['windows']}}]}]}}}",
      })
  void names_inside_of_unknown_fields_of_placement_are_passed_by(String field) throws Exception {
    String required =
        "{'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':"
            + "[{'matchExpressions':"
            + "[{'key':'kubernetes.io/os','operator':'In','values':['windows']}]}]}}";
    Pod pod =
        read(
            ("{'spec':{" + field.replace("%s", required) + ",'serviceAccountName':'s'}}")
                .replace('\'', '"'));
    assertThat(pod.spec().placement().windows()).isFalse();
    assertThat(pod.serviceAccountName()).isEqualTo("s");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'future':{'projected':{'sources':[{'serviceAccountToken':{'path':'token'}}]}}}",
        "{'projected':{'future':{'sources':[{'serviceAccountToken':{'path':'token'}}]}}}",
        "{'projected':{'sources':[{'future':{'serviceAccountToken':{'path':'token'}}}]}}",
      })
  void names_inside_of_unknown_fields_of_volumes_are_passed_by(String volume) throws Exception {
    Pod pod =
        read(("{'spec':{'volumes':[" + volume + "],'serviceAccountName':'s'}}").replace('\'', '"'));
    assertThat(pod.spec().volumes()).containsExactly(new Pod.Volume("", null));
    assertThat(pod.serviceAccountName()).isEqualTo("s");
  }

  @Test
  void a_path_inside_of_an_unknown_field_of_a_token_is_passed_by() throws Exception {
    Pod pod =
        read(
            ("{'spec':{'volumes':[{'projected':{'sources':[{'serviceAccountToken':"
                    + "{'future':{'path':'x'},'audience':'a'}}]}}]}}")
                .replace('\'', '"'));
    assertThat(pod.spec().volumes()).containsExactly(new Pod.Volume("", ""));
  }

  @Test
  void the_last_of_members_with_the_same_name_counts() throws Exception {
    Pod pod =
        read(
            "{\"metadata\":{\"name\":\"a\",\"labels\":{\"id.example.com/skip-pod-identity-webhook\":\"\"}},"
                + "\"metadata\":{\"generateName\":\"b-\",\"generateName\":\"c-\"},"
                + "\"spec\":{\"os\":{\"name\":\"windows\"},\"os\":{},"
                + "\"nodeSelector\":{\"kubernetes.io/os\":\"windows\"},\"nodeSelector\":{},"
                + "\"containers\":[{\"env\":[{\"name\":\"AWS_REGION\"}],\"env\":null}],"
                + "\"volumes\":[],\"volumes\":null,"
                + "\"initContainers\":[{}],\"initContainers\":null}}");
    assertThat(pod.name()).isEqualTo("c-*");
    assertThat(pod.metadata().labels().skip()).isFalse();
    assertThat(pod.spec().placement().windows()).isFalse();
    assertThat(pod.spec().containers().getFirst().env().presence()).isEqualTo(Presence.MISSING);
    assertThat(pod.spec().containers().getFirst().env().variables()).isEmpty();
    assertThat(pod.spec().volumesPresence()).isEqualTo(Presence.MISSING);
    assertThat(pod.spec().initContainers()).isEmpty();
  }

  @Test
  void the_names_of_a_pod_are_read() throws Exception {
    Pod pod =
        read(
            "{\"metadata\":{\"name\":\"a\",\"generateName\":\"b-\",\"namespace\":\"n\"},"
                + "\"spec\":{\"serviceAccountName\":\"s\",\"serviceAccount\":\"t\"}}");
    assertThat(pod.name()).isEqualTo("a");
    assertThat(pod.namespace()).isEqualTo("n");
    assertThat(pod.serviceAccountName()).isEqualTo("s");
    assertThat(pod.legacyServiceAccountName()).isEqualTo("t");
    assertThat(read("{}").name()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"spec\":{\"volumes\":[",
        "{\"spec\":{\"x\":[1,2",
        "{\"a\" 1}",
        "{\"metadata\":{\"name\":\"a"
      })
  void what_is_not_json_is_an_io_exception(String json) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(IOException.class);
  }

  @Test
  void the_parsers_limit_of_depth_holds_in_fields_that_are_not_read() {
    JsonFactory shallow =
        JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(10).build())
            .build();
    assertThatThrownBy(
            () -> {
              try (JsonParser parser = shallow.createParser("{\"x\":" + "[".repeat(20))) {
                parser.nextToken();
                new PodReader(PREFIX).read(parser, MemoryBudget.UNBOUNDED);
              }
            })
        .isInstanceOf(StreamConstraintsException.class);
  }

  @Test
  void the_parser_is_left_at_the_end_of_the_pod() throws Exception {
    try (JsonParser parser = JsonPatchLibrary.EXACT.createParser("[{\"spec\":{\"a\":[{}]}},7]")) {
      parser.nextToken();
      parser.nextToken();
      new PodReader(PREFIX).read(parser, MemoryBudget.UNBOUNDED);
      assertThat(parser.currentToken()).isEqualTo(JsonToken.END_OBJECT);
      assertThat(parser.nextToken()).isEqualTo(JsonToken.VALUE_NUMBER_INT);
    }
  }

  private static Pod read(String json) throws IOException, MalformedPodException {
    try (JsonParser parser =
        JsonPatchLibrary.EXACT.createParser(json.getBytes(StandardCharsets.UTF_8))) {
      parser.nextToken();
      return new PodReader(PREFIX).read(parser, MemoryBudget.UNBOUNDED);
    }
  }
}
