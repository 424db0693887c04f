package io.webidentity.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

/**
 * Many ServiceAccounts, written into etcd as an API server stores them (which may be JSON), many in
 * a transaction: seconds, where as many requests to an API server on a small machine take minutes.
 * What a webhook reads comes from the API server all the same.
 */
final class StoredAccounts {
  /** One in so many has a role. */
  static final int ONE_WITH_ROLE_IN = 10;

  private static final int IN_A_NAMESPACE = 10;

  /** etcd's limit of operations in a transaction. */
  private static final int IN_A_TRANSACTION = 128;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI transactions;
  private int stored;

  /** Writes to the etcd at this URL; nothing yet. */
  StoredAccounts(URI etcd) {
    this.transactions = etcd.resolve("/v3/kv/txn");
  }

  /** Adds accounts until there are so many. */
  void growTo(int accounts) throws IOException, InterruptedException {
    while (stored < accounts) {
      ObjectNode transaction = JSON.createObjectNode();
      ArrayNode puts = transaction.putArray("success");
      int end = Math.min(accounts, stored + IN_A_TRANSACTION);
      for (; stored < end; stored++) {
        boolean role = stored % ONE_WITH_ROLE_IN == 0;
        add(puts, namespace(stored), name(stored), role);
      }
      send(transaction);
    }
  }

  /** Adds the accounts of the bodies that are sent. */
  void addThoseOfRequests() throws IOException, InterruptedException {
    ObjectNode transaction = JSON.createObjectNode();
    ArrayNode puts = transaction.putArray("success");
    add(puts, ReviewBody.NAMESPACE, ReviewBody.WITH_ROLE, true);
    add(puts, ReviewBody.NAMESPACE, ReviewBody.WITHOUT_ROLE, false);
    send(transaction);
  }

  /** The namespace of the last one added. */
  String lastNamespace() {
    return namespace(stored - 1);
  }

  /** The name of the last one added. */
  String lastName() {
    return name(stored - 1);
  }

  private static String namespace(int account) {
    return "team-%05d".formatted(account / IN_A_NAMESPACE);
  }

  private static String name(int account) {
    return "service-%06d".formatted(account);
  }

  private static void add(ArrayNode puts, String namespace, String name, boolean role) {
    ObjectNode put = puts.addObject().putObject("requestPut");
    put.put("key", base64("/registry/serviceaccounts/" + namespace + "/" + name));
    put.put("value", base64(account(namespace, name, role)));
  }

  /** As one that Helm has made: labels, annotations, fields managed. */
  private static String account(String namespace, String name, boolean role) {
    String annotations =
        role
            ? "\"eks.amazonaws.com/role-arn\":\"arn:aws:iam::111122223333:role/%s-%s\","
                .formatted(namespace, name)
            : "";
    String managed = role ? "\"f:eks.amazonaws.com/role-arn\":{}," : "";
    return """
    {"kind":"ServiceAccount","apiVersion":"v1","metadata":{"name":"%s","namespace":"%s","uid":"%s",\
    "creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app.kubernetes.io/instance":"%s",\
    "app.kubernetes.io/managed-by":"Helm","app.kubernetes.io/name":"%s","helm.sh/chart":"service-1.2.3"},\
    "annotations":{%s"meta.helm.sh/release-name":"%s","meta.helm.sh/release-namespace":"%s"},\
    "managedFields":[{"manager":"helm","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:00Z",\
    "fieldsType":"FieldsV1","fieldsV1":{"f:automountServiceAccountToken":{},"f:metadata":{"f:annotations":{".":{},\
    %s"f:meta.helm.sh/release-name":{},"f:meta.helm.sh/release-namespace":{}},"f:labels":{".":{},\
    "f:app.kubernetes.io/instance":{},"f:app.kubernetes.io/managed-by":{},"f:app.kubernetes.io/name":{},\
    "f:helm.sh/chart":{}}}}}]},"automountServiceAccountToken":false}\
    """
        .formatted(
            name,
            namespace,
            UUID.nameUUIDFromBytes((namespace + "/" + name).getBytes(StandardCharsets.UTF_8)),
            name,
            name,
            annotations,
            name,
            namespace,
            managed);
  }

  private void send(ObjectNode transaction) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(transactions)
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(transaction)))
                .build(),
            BodyHandlers.ofString());
    if (answer.statusCode() != 200 || !answer.body().contains("\"succeeded\":true")) {
      throw new IllegalStateException("etcd did not take a transaction: " + answer.body());
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
