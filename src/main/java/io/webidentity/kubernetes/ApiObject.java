package io.webidentity.kubernetes;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Map;

/**
 * What the webhook reads of an object.
 *
 * @param metadata name, namespace, version, time of creation, labels and annotations
 * @param data a ConfigMap's data, empty for other kinds
 */
public record ApiObject(ObjectMeta metadata, Map<String, String> data) {
  public ApiObject {
    data = Map.copyOf(data);
  }

  /** One without data. */
  public static ApiObject of(ObjectMeta metadata) {
    return new ApiObject(metadata, Map.of());
  }

  /** Its name, or {@code namespace/name}. */
  public String key() {
    String namespace = metadata.getNamespace();
    return namespace == null ? metadata.getName() : namespace + "/" + metadata.getName();
  }

  /** Its labels, none where it has no such field. */
  public Map<String, String> labels() {
    return orNone(metadata.getLabels());
  }

  /** Its annotations, none where it has no such field. */
  public Map<String, String> annotations() {
    return orNone(metadata.getAnnotations());
  }

  /** What the API server leaves out comes as null, whatever fabric8's types say. */
  @SuppressWarnings("NullAway")
  private static Map<String, String> orNone(Map<String, String> map) {
    return map == null ? Map.of() : map;
  }
}
