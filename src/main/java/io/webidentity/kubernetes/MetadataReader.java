package io.webidentity.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads of an object's metadata what its store may need, and steps over the rest: managed fields
 * are more than half of most objects, and would become maps within maps.
 */
final class MetadataReader extends JsonDeserializer<ObjectMeta> {
  /**
   * Reads and writes as fabric8 does, but for metadata, and for the kinds that a watch may bring:
   * fabric8 would load the classes of all the kinds of Kubernetes at the first event.
   */
  static KubernetesSerialization serialization(ObjectKind<?, ?, ?> kind) {
    ObjectMapper mapper = new ObjectMapper();
    mapper.registerModule(
        new SimpleModule("metadata")
            .addDeserializer(ObjectMeta.class, new MetadataReader())
            .addDeserializer(StatusDetails.class, new NoDetails()));
    KubernetesSerialization serialization = new KubernetesSerialization(mapper, false);
    serialization.registerKubernetesResource(kind.type());
    serialization.registerKubernetesResource(Status.class);
    return serialization;
  }

  @Override
  public ObjectMeta deserialize(JsonParser json, DeserializationContext context)
      throws IOException {
    ObjectMeta metadata = new ObjectMeta();
    if (!json.isExpectedStartObjectToken()) {
      context.reportWrongTokenException(this, JsonToken.START_OBJECT, "metadata is no object");
    }
    for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
      json.nextToken();
      switch (field) {
        case "name" -> metadata.setName(json.getValueAsString());
        case "namespace" -> metadata.setNamespace(json.getValueAsString());
        case "resourceVersion" -> metadata.setResourceVersion(json.getValueAsString());
        case "creationTimestamp" -> metadata.setCreationTimestamp(json.getValueAsString());
        case "labels" -> metadata.setLabels(texts(json));
        case "annotations" -> metadata.setAnnotations(texts(json));
        default -> json.skipChildren();
      }
    }
    return metadata;
  }

  /**
   * Without the time that an error event wants fabric8 to wait, which has no bound there: {@link
   * WatchSignal} notices that there is no watch, and the pauses between attempts grow.
   */
  private static final class NoDetails extends JsonDeserializer<StatusDetails> {
    @Override
    public StatusDetails deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      json.skipChildren();
      return new StatusDetails();
    }
  }

  private static Map<String, String> texts(JsonParser json) throws IOException {
    Map<String, String> texts = new HashMap<>();
    if (json.isExpectedStartObjectToken()) {
      for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
        json.nextToken();
        String value = json.getValueAsString();
        if (value != null) {
          texts.put(key, value);
        }
        json.skipChildren();
      }
    }
    return texts;
  }
}
