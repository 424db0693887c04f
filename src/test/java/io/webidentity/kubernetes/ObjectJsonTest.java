package io.webidentity.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonParseException;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectJsonTest {
  private static final String ACCOUNT =
      """
      {"apiVersion": "v1", "kind": "ServiceAccount",
       "metadata": {
         "managedFields": [{"manager": "helm", "fieldsV1": {"f:metadata": {"f:annotations": {".": {}}}}}],
         "name": "orders", "namespace": "shop", "uid": "1-2-3", "generation": 4,
         "resourceVersion": "4711", "creationTimestamp": "2026-01-01T00:00:00Z",
         "labels": {"app": "größe"}, "annotations": {"example.com/role-arn": "rôle 😀", "empty": ""},
         "ownerReferences": [{"name": "other"}], "finalizers": ["x"], "of a later version": [{"a": {}}]},
       "secrets": [{"name": "token"}], "imagePullSecrets": [{"name": "pull"}],
       "automountServiceAccountToken": false}
      """;

  @Test
  void of_an_object_what_may_matter_is_read() throws Exception {
    ApiObject object = ObjectJson.object(stream(ACCOUNT));

    ObjectMeta metadata = object.metadata();
    assertThat(object.key()).isEqualTo("shop/orders");
    assertThat(metadata.getResourceVersion()).isEqualTo("4711");
    assertThat(metadata.getCreationTimestamp()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(object.labels()).isEqualTo(Map.of("app", "größe"));
    assertThat(object.annotations())
        .isEqualTo(Map.of("example.com/role-arn", "rôle 😀", "empty", ""));
    assertThat(object.data()).isEmpty();
    assertThat(metadata.getManagedFields()).isEmpty();
  }

  @Test
  void a_config_map_has_data() throws Exception {
    assertThat(
            ObjectJson.object(
                    stream("{\"data\":{\"config\":\"{}\"},\"metadata\":{\"name\":\"m\"}}"))
                .data())
        .isEqualTo(Map.of("config", "{}"));
  }

  @Test
  void a_page_and_its_place_are_read_whatever_the_order_of_its_fields() throws Exception {
    String items =
        "\"items\": [%s, {\"metadata\": {\"name\": \"plain\", \"namespace\": \"shop\", \"annotations\": null}}]"
            .formatted(ACCOUNT);
    String place =
        "\"metadata\": {\"resourceVersion\": \"9\", \"continue\": \"more\", \"remainingItemCount\": 3}";
    for (String json :
        List.of("{%s, %s}".formatted(items, place), "{%s, %s}".formatted(place, items))) {
      List<ApiObject> listed = new ArrayList<>();

      assertThat(ObjectJson.page(stream(json), listed::add))
          .isEqualTo(new ObjectJson.Page("9", "more"));

      assertThat(listed).extracting(ApiObject::key).containsExactly("shop/orders", "shop/plain");
      assertThat(listed.getLast().annotations()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "[]",
        "{}",
        "{\"kind\":\"Status\",\"metadata\":{}}",
        "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":{}}",
        "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[{}]}",
        "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[7]}",
        "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[{\"metadata\":{\"name\":\"a\"}}"
      })
  void what_is_no_list_is_no_empty_list(String json) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> ObjectJson.page(stream(json), _ -> {}));
  }

  @Test
  void events_of_a_watch_have_the_object_or_the_status() throws Exception {
    ObjectJson.Event event =
        ObjectJson.event(bytes("{\"type\":\"MODIFIED\",\"object\":" + ACCOUNT + "}"));
    assertThat(event.type()).isEqualTo("MODIFIED");
    assertThat(event.object()).isNotNull();

    ObjectJson.Event error =
        ObjectJson.event(
            bytes(
                "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":410,\"reason\":\"Expired\"}}"));
    assertThat(error.object()).isNull();
    assertThat(error.status().getCode()).isEqualTo(410);
    assertThat(error.status().getReason()).isEqualTo("Expired");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"text\"", "[]", "7"})
  void metadata_that_is_no_object_cannot_be_read(String metadata) {
    String json = "{\"kind\":\"ServiceAccount\",\"metadata\":%s}".formatted(metadata);

    assertThatExceptionOfType(JsonParseException.class)
        .isThrownBy(() -> ObjectJson.object(stream(json)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": {\"b\": 1}, \"example.com/role-arn\": \"r\"}",
        "{\"a\": [1, {}], \"example.com/role-arn\": \"r\"}",
        "{\"a\": 1, \"example.com/role-arn\": \"r\"}"
      })
  void values_that_no_api_server_writes_do_not_hide_others(String annotations) throws Exception {
    ApiObject object =
        ObjectJson.object(
            stream(
                "{\"metadata\":{\"annotations\":%s,\"name\":\"orders\"}}".formatted(annotations)));

    assertThat(object.annotations()).containsEntry("example.com/role-arn", "r");
    assertThat(object.key()).isEqualTo("orders");
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
