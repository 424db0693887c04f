package io.webidentity.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.shadow.Difference.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodDifferencesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                      | {}
          {"a":null}                              | {}
          {"a":[]}                                | {}
          {"a":[]}                                | {"a":null}
          {"a":1,"b":2}                           | {"b":2,"a":1}
          {"a":1}                                 | {"a":1.0}
          {"a":[1,{"b":[]}]}                      | {"a":[1,{}]}
          {"env":[{"name":"A","value":"1"}]}      | {"env":[{"value":"1","name":"A"}]}
          """)
  void to_kubernetes_these_are_the_same(String ours, String theirs) throws Exception {
    assertThat(between(ours, theirs)).isEmpty();
    assertThat(between(theirs, ours)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":1}                                 | {"a":2}                            | /a
          {"a":1}                                 | {"a":"1"}                          | /a
          {"a":{}}                                | {}                                 | /a
          {"a":""}                                | {}                                 | /a
          {"a":[1]}                               | {"a":[1,2]}                        | /a
          {"a":[1,2]}                             | {"a":[2,1]}                        | /a/0 /a/1
          {"a":[1]}                               | {}                                 | /a
          {"x/y~z":1}                             | {}                                 | /x~1y~0z
          {"env":[{"name":"A"},{"name":"B","value":"1"}]} | {"env":[{"name":"B","value":"2"}]} | /env/0 /env/1/value
          {"env":[{"name":"A"}]}                  | {}                                 | /env/0
          {"env":[{"name":"A"},{"name":"A"}]}     | {"env":[{"name":"A"}]}             | /env
          {"volumeMounts":[{"name":"a","mountPath":"/a"}]} | {"volumeMounts":[{"name":"b","mountPath":"/a"}]} | /volumeMounts/0/name
          {"initContainers":[{"name":"a"},{"name":"b"}]} | {"initContainers":[{"name":"b"},{"name":"a"}]} | /initContainers
          {"args":["a"]}                          | {"args":["b"]}                     | /args/0
          """)
  void differences_have_pointers(String ours, String theirs, String pointers) throws Exception {
    List<Difference> differences = between(ours, theirs);

    assertThat(differences)
        .extracting(Difference::pointer)
        .containsExactly(pointers.split(" ", -1));
    assertThat(differences).extracting(Difference::kind).containsOnly(Kind.VALUE);
    assertThat(between(theirs, ours)).hasSameSizeAs(differences);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"env":[{"name":"A"},{"name":"B"}]}     | {"env":[{"name":"B"},{"name":"A"}]} | ORDER
          {"volumes":[{"name":"A"},{"name":"B"}]} | {"volumes":[{"name":"B"},{"name":"A"}]} | ORDER
          {"volumeMounts":[{"mountPath":"/a"},{"mountPath":"/b"}]} | {"volumeMounts":[{"mountPath":"/b"},{"mountPath":"/a"}]} | ORDER
          {"env":[{"name":"A"},{"name":"B","value":"x$(A)"}]} | {"env":[{"name":"B","value":"x$(A)"},{"name":"A"}]} | VALUE
          {"env":[{"name":"A"},{"name":"B","value":"$(C)"}]} | {"env":[{"name":"B","value":"$(C)"},{"name":"A"}]} | ORDER
          {"env":[{"name":"A"},{"name":"C"},{"name":"B","value":"$(C)"}]} | {"env":[{"name":"C"},{"name":"A"},{"name":"B","value":"$(C)"}]} | ORDER
          {"containers":[{"name":"A"},{"name":"B"}]} | {"containers":[{"name":"B"},{"name":"A"}]} | VALUE
          """)
  void an_order_counts_where_kubernetes_gives_it_a_meaning(String ours, String theirs, Kind kind)
      throws Exception {
    assertThat(between(ours, theirs)).extracting(Difference::kind).containsExactly(kind);
    assertThat(between(theirs, ours)).extracting(Difference::kind).containsExactly(kind);
  }

  @Test
  void what_is_missing_on_one_side_is_missing_in_the_difference() throws Exception {
    Difference difference =
        between(
                "{\"spec\":{\"containers\":[{\"name\":\"app\"}]}}",
                "{\"spec\":{\"containers\":[{\"name\":\"app\",\"env\":[{\"name\":\"AWS_REGION\"}]}]}}")
            .getFirst();

    assertThat(difference.ours().isMissingNode()).isTrue();
    assertThat(difference.theirs()).isEqualTo(JSON.readTree("{\"name\":\"AWS_REGION\"}"));
    assertThat(difference.pointer()).isEqualTo("/spec/containers/0/env/0");
    assertThat(difference.shape()).isEqualTo("/spec/containers/*/env/AWS_REGION");
  }

  @Test
  void pods_that_have_nothing_in_common_have_a_bounded_number_of_differences() throws Exception {
    StringBuilder ours = new StringBuilder("{\"z\":0");
    for (int i = 0; i < 3 * PodDifferences.MAX_DIFFERENCES; i++) {
      ours.append(",\"m").append(i).append("\":1");
    }

    assertThat(between(ours.append('}').toString(), "{}")).hasSize(PodDifferences.MAX_DIFFERENCES);
  }

  private static List<Difference> between(String ours, String theirs) throws Exception {
    return PodDifferences.between(JSON.readTree(ours), JSON.readTree(theirs));
  }
}
