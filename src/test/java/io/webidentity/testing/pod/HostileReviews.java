package io.webidentity.testing.pod;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Reviews that nobody sends who means well: as many elements, names or characters as a body of some
 * size has room for, at every place of a pod where there can be many.
 */
public final class HostileReviews {
  private static final String POD =
      """
      {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"%s"%s},\
      "spec":{"serviceAccountName":"%s"%s}}\
      """;

  private HostileReviews() {}

  /**
   * The bodies by what they are made of, each for a number of bytes that it has, about.
   *
   * @param namespace of the pods
   * @param account that they run as
   */
  public static Map<String, IntFunction<byte[]>> of(String namespace, String account) {
    Map<String, IntFunction<byte[]>> reviews = new LinkedHashMap<>();
    specs()
        .forEach((name, spec) ->
            reviews.put(
                name,
                bytes ->
                    review(
                        namespace,
                        POD.formatted(namespace, "", account, "," + spec.apply(bytes)))));
    metadata()
        .forEach((name, metadata) ->
            reviews.put(
                name,
                bytes ->
                    review(
                        namespace,
                        POD.formatted(namespace, "," + metadata.apply(bytes), account, ""))));
    reviews.put("objects in objects", bytes -> review(namespace, "{\"a\":".repeat(bytes / 5)));
    reviews.put("arrays in arrays", bytes -> review(namespace, "[".repeat(bytes)));
    reviews.put("a number", bytes -> review(namespace, "{\"a\":" + "1".repeat(bytes) + "}"));
    reviews.put("a name", bytes -> review(namespace, "{\"" + "n".repeat(bytes) + "\":1}"));
    reviews.put("no JSON", bytes -> "x".repeat(bytes).getBytes(StandardCharsets.UTF_8));
    reviews.put(
        "objects one after the other",
        bytes -> review(namespace, many(bytes, i -> i == 0 ? "{}" : "\"object\":{}")));
    return reviews;
  }

  private static Map<String, IntFunction<String>> specs() {
    Map<String, IntFunction<String>> spec = new LinkedHashMap<>();
    for (String containers : new String[] {"containers", "initContainers", "ephemeralContainers"}) {
      spec.put(containers, bytes -> array(containers, many(bytes, _ -> "{}")));
      spec.put(
          containers + " that have names",
          bytes -> array(containers, many(bytes, i -> "{\"name\":\"c" + i + "\"}")));
      spec.put(
          containers + " with something at the token's path",
          bytes ->
              array(
                  containers,
                  many(
                      bytes,
                      _ ->
                          "{\"volumeMounts\":[{\"name\":\"a\",\"mountPath\":"
                              + "\"/var/run/secrets/eks.amazonaws.com/serviceaccount\"}]}")));
    }
    for (String list :
        new String[] {
          "env",
          "envFrom",
          "volumeMounts",
          "volumeDevices",
          "ports",
          "command",
          "args",
          "resizePolicy"
        }) {
      spec.put(
          list,
          bytes -> "\"containers\":[{\"name\":\"a\"," + array(list, many(bytes, _ -> "{}")) + "}]");
      spec.put(
          list + " with texts",
          bytes ->
              "\"containers\":[{\"name\":\"a\","
                  + array(
                      list,
                      many(bytes, i -> "{\"name\":\"AWS_" + i + "\",\"mountPath\":\"/" + i + "\"}"))
                  + "}]");
    }
    spec.put(
        "references to what is injected",
        bytes ->
            "\"containers\":[{\"name\":\"a\","
                + array(
                    "env",
                    many(
                        bytes,
                        _ -> "{\"name\":\"A\",\"value\":\"$$$(AWS_ROLE_ARN)$(AWS_REGION)\"}"))
                + "}]");
    spec.put("volumes", bytes -> array("volumes", many(bytes, _ -> "{}")));
    spec.put(
        "volumes that have names",
        bytes -> array("volumes", many(bytes, i -> "{\"name\":\"aws-iam-token-" + i + "\"}")));
    spec.put(
        "sources of a volume",
        bytes ->
            "\"volumes\":[{\"projected\":{" + array("sources", many(bytes, _ -> "{}")) + "}}]");
    spec.put(
        "members of a source",
        bytes ->
            "\"volumes\":[{\"projected\":{\"sources\":[{"
                + many(bytes, i -> "\"" + i + "\":1")
                + "}]}}]");
    String affinity =
        "\"affinity\":{\"nodeAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":"
            + "{\"nodeSelectorTerms\":[%s]}}}";
    spec.put("terms", bytes -> affinity.formatted(many(bytes, _ -> "{}")));
    spec.put(
        "expressions",
        bytes ->
            affinity.formatted(
                "{"
                    + array("matchExpressions", many(bytes, _ -> "{\"key\":\"kubernetes.io/os\"}"))
                    + "}"));
    spec.put(
        "values",
        bytes ->
            affinity.formatted(
                "{\"matchExpressions\":[{\"key\":\"kubernetes.io/os\","
                    + array("values", many(bytes, _ -> "\"a\""))
                    + "}]}"));
    for (String list : new String[] {"tolerations", "imagePullSecrets", "hostAliases"}) {
      spec.put(list, bytes -> array(list, many(bytes, _ -> "{}")));
    }
    spec.put(
        "nodeSelector",
        bytes -> "\"nodeSelector\":{" + many(bytes, i -> "\"" + i + "\":\"a\"") + "}");
    spec.put("the account's name", bytes -> "\"serviceAccountName\":\"" + "a".repeat(bytes) + "\"");
    spec.put(
        "a container's name",
        bytes -> "\"containers\":[{\"name\":\"" + "ä€".repeat(bytes / 5) + "\"}]");
    spec.put(
        "the account's name again and again",
        bytes -> many(bytes, i -> "\"serviceAccountName\":\"" + i + "\""));
    return spec;
  }

  private static Map<String, IntFunction<String>> metadata() {
    Map<String, IntFunction<String>> metadata = new LinkedHashMap<>();
    for (String map : new String[] {"labels", "annotations"}) {
      metadata.put(
          map, bytes -> "\"" + map + "\":{" + many(bytes, i -> "\"" + i + "\":\"\"") + "}");
      for (String name : new String[] {"role-arm", "skip-containers-", "x", "n".repeat(60)}) {
        metadata.put(
            "%s with names like ours, %s".formatted(map, name),
            bytes ->
                "\"%s\":{%s}"
                    .formatted(
                        map,
                        many(
                            bytes,
                            i ->
                                "\"eks.amazonaws.com/%s%s\":\"\""
                                    .formatted(name, i % 3 == 0 ? "" : Integer.toString(i, 36)))));
      }
      metadata.put(
          map + " with long names",
          bytes ->
              "\"" + map + "\":{" + many(bytes, i -> "\"" + "n".repeat(500) + i + "\":\"\"") + "}");
    }
    for (String list : new String[] {"skip-containers", "include-containers"}) {
      metadata.put(
          list,
          bytes ->
              "\"annotations\":{\"eks.amazonaws.com/"
                  + list
                  + "\":\""
                  + many(bytes, i -> Integer.toString(i, Character.MAX_RADIX))
                  + "\"}");
    }
    metadata.put("ownerReferences", bytes -> array("ownerReferences", many(bytes, _ -> "{}")));
    metadata.put("managedFields", bytes -> array("managedFields", many(bytes, _ -> "{}")));
    metadata.put("generateName", bytes -> "\"generateName\":\"" + "a".repeat(bytes) + "\"");
    return metadata;
  }

  private static String array(String name, String elements) {
    return "\"" + name + "\":[" + elements + "]";
  }

  /** So many elements with commas between them as there is room for. */
  private static String many(int bytes, IntFunction<String> element) {
    StringBuilder all = new StringBuilder(bytes + 1024).append(element.apply(0));
    for (int i = 1; all.length() < bytes; i++) {
      all.append(',').append(element.apply(i));
    }
    return all.toString();
  }

  private static byte[] review(String namespace, String pod) {
    return Reviews.podCreation("u", namespace, pod, "").getBytes(StandardCharsets.UTF_8);
  }
}
