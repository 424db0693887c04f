package io.webidentity.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountList;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.webidentity.account.AccountKind;
import io.webidentity.injection.AnnotationKeys;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataReaderTest {
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

  private final KubernetesSerialization serialization =
      MetadataReader.serialization(new AccountKind(new AnnotationKeys("example.com")));

  @Test
  void of_metadata_what_may_matter_is_read() {
    ObjectMeta metadata = serialization.unmarshal(ACCOUNT, ServiceAccount.class).getMetadata();

    assertThat(metadata.getName()).isEqualTo("orders");
    assertThat(metadata.getNamespace()).isEqualTo("shop");
    assertThat(metadata.getResourceVersion()).isEqualTo("4711");
    assertThat(metadata.getCreationTimestamp()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(metadata.getLabels()).isEqualTo(Map.of("app", "größe"));
    assertThat(metadata.getAnnotations())
        .isEqualTo(Map.of("example.com/role-arn", "rôle 😀", "empty", ""));
    assertThat(metadata.getManagedFields()).isEmpty();
  }

  @Test
  void a_list_and_its_place_are_read() {
    String json =
        """
        {"kind": "ServiceAccountList", "apiVersion": "v1",
         "metadata": {"resourceVersion": "9", "continue": "more", "remainingItemCount": 3},
         "items": [%s, {"metadata": {"name": "plain", "namespace": "shop", "annotations": null}}]}
        """
            .formatted(ACCOUNT);

    ServiceAccountList list =
        serialization.unmarshal(
            new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
            new TypeReference<ServiceAccountList>() {});

    assertThat(list.getMetadata().getContinue()).isEqualTo("more");
    assertThat(list.getMetadata().getResourceVersion()).isEqualTo("9");
    assertThat(list.getItems())
        .extracting(account -> account.getMetadata().getName())
        .containsExactly("orders", "plain");
    assertThat(list.getItems().getLast().getMetadata().getAnnotations()).isEmpty();
  }

  @Test
  void events_of_a_watch_have_the_object_or_the_status() {
    WatchEvent event =
        serialization.unmarshal(
            "{\"type\":\"MODIFIED\",\"object\":" + ACCOUNT + "}", WatchEvent.class);
    assertThat(event.getObject())
        .isInstanceOfSatisfying(
            ServiceAccount.class,
            account -> assertThat(account.getMetadata().getName()).isEqualTo("orders"));

    WatchEvent error =
        serialization.unmarshal(
            "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":410}}",
            WatchEvent.class);
    assertThat(error.getObject())
        .isInstanceOfSatisfying(
            Status.class, status -> assertThat(status.getCode()).isEqualTo(410));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"text\"", "[]", "7"})
  void metadata_that_is_no_object_cannot_be_read(String metadata) {
    String json =
        "{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",\"metadata\":%s}".formatted(metadata);

    assertThatThrownBy(() -> serialization.unmarshal(json, ServiceAccount.class))
        .rootCause()
        .hasMessageContaining("metadata is no object");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": {\"b\": 1}, \"example.com/role-arn\": \"r\"}",
        "{\"a\": [1, {}], \"example.com/role-arn\": \"r\"}",
        "{\"a\": 1, \"example.com/role-arn\": \"r\"}"
      })
  void values_that_no_api_server_writes_do_not_hide_others(String annotations) {
    String json = "{\"metadata\":{\"annotations\":%s,\"name\":\"orders\"}}".formatted(annotations);

    ObjectMeta metadata = serialization.unmarshal(json, ServiceAccount.class).getMetadata();

    assertThat(metadata.getAnnotations()).containsEntry("example.com/role-arn", "r");
    assertThat(metadata.getName()).isEqualTo("orders");
  }
}
