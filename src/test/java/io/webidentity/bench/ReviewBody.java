package io.webidentity.bench;

import io.webidentity.testing.server.SampleApiServer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A request's body as an API server sends it for a pod of a ReplicaSet: defaults filled in, the
 * token volume of the API server mounted, fields managed.
 *
 * @param name how tables call it
 * @param injected whether its account has a role
 * @param json the AdmissionReview
 */
@SuppressWarnings("ArrayRecordComponent") // Sent as it is, never compared.
public record ReviewBody(String name, boolean injected, byte[] json) {
  /** Where the pods are. */
  public static final String NAMESPACE = SampleApiServer.NAMESPACE;

  /** An account that has a role. */
  public static final String WITH_ROLE = SampleApiServer.WITH_ROLE;

  /** An account that has none. */
  public static final String WITHOUT_ROLE = SampleApiServer.WITHOUT_ROLE;

  /** The bodies of the reference's figures: sizes in bytes, numbers of containers. */
  public static List<ReviewBody> all() {
    return List.of(
        of("3.3 KB, 1 container", WITH_ROLE, 1, 3_300),
        of("8.4 KB, 3 containers", WITH_ROLE, 3, 8_400),
        of("63 KB, 12 containers", WITH_ROLE, 12, 63_000),
        of("8.4 KB, no identity", WITHOUT_ROLE, 3, 8_400));
  }

  /** What most pods of a cluster look like. */
  public static ReviewBody typical() {
    return of("8.4 KB, 3 containers", WITH_ROLE, 3, 8_400);
  }

  private static ReviewBody of(String name, String account, int containers, int bytes) {
    int bare = review(account, containers, 0, 0).length();
    int variable = variable(0, "").length() + 1;
    // As many variables as there is room for, with values of usual length; the rest fills the last.
    int variables = Math.max(1, (bytes - bare) / (containers * (variable + 24)));
    int missing = bytes - review(account, containers, variables, 0).length();
    int valueLength = Math.max(0, missing / (containers * variables));
    String json = review(account, containers, variables, valueLength);
    return new ReviewBody(name, account.equals(WITH_ROLE), json.getBytes(StandardCharsets.UTF_8));
  }

  private static String review(String account, int containers, int variables, int valueLength) {
    String pod =
        """
        {"kind":"Pod","apiVersion":"v1","metadata":{"generateName":"web-7d4b9c5f6-","namespace":"%s",\
        "creationTimestamp":null,"labels":{"app":"web","pod-template-hash":"7d4b9c5f6"},\
        "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-7d4b9c5f6",\
        "uid":"5b6c7d8e-1111-2222-3333-444455556666","controller":true,"blockOwnerDeletion":true}],\
        "managedFields":[{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1",\
        "time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:generateName":{},\
        "f:labels":{".":{},"f:app":{},"f:pod-template-hash":{}},"f:ownerReferences":{".":{}}},\
        "f:spec":{"f:containers":{},"f:dnsPolicy":{},"f:restartPolicy":{},"f:serviceAccountName":{}}}}]},\
        "spec":{"volumes":[{"name":"kube-api-access-x7k2p","projected":{"sources":[\
        {"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},\
        {"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}}],"defaultMode":420}}],\
        "containers":[%s],"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst",\
        "serviceAccountName":"%s","serviceAccount":"%s","securityContext":{},"schedulerName":"default-scheduler",\
        "tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute",\
        "tolerationSeconds":300}],"priority":0,"enableServiceLinks":true,\
        "preemptionPolicy":"PreemptLowerPriority"},"status":{}}\
        """
            .formatted(
                NAMESPACE,
                IntStream.range(0, containers)
                    .mapToObj(index -> container(index, variables, valueLength))
                    .collect(Collectors.joining(",")),
                account,
                account);
    return """
    {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"705ab4f5-6393-11e8-b7cc-42010a800002",\
    "kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},\
    "requestKind":{"group":"","version":"v1","kind":"Pod"},"requestResource":{"group":"","version":"v1","resource":"pods"},\
    "namespace":"%s","operation":"CREATE","userInfo":{"username":"system:serviceaccount:kube-system:replicaset-controller",\
    "uid":"11112222-3333-4444-5555-666677778888","groups":["system:serviceaccounts",\
    "system:serviceaccounts:kube-system","system:authenticated"]},"object":%s,"oldObject":null,"dryRun":false,\
    "options":{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1"}}}\
    """
        .formatted(NAMESPACE, pod);
  }

  private static String container(int index, int variables, int valueLength) {
    String value = "x".repeat(valueLength);
    return """
    {"name":"c%d","image":"registry.example/team/app:1.2.3","command":["/app","--serve"],\
    "ports":[{"containerPort":8080,"protocol":"TCP"}],"env":[%s],"resources":{"limits":{"cpu":"1","memory":"512Mi"},\
    "requests":{"cpu":"100m","memory":"256Mi"}},"volumeMounts":[{"name":"kube-api-access-x7k2p","readOnly":true,\
    "mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],"livenessProbe":{"httpGet":{"path":"/healthz",\
    "port":8080,"scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3},\
    "terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent",\
    "securityContext":{"capabilities":{"drop":["ALL"]},"runAsNonRoot":true,"allowPrivilegeEscalation":false}}\
    """
        .formatted(
            index,
            IntStream.range(0, variables)
                .mapToObj(number -> variable(number, value))
                .collect(Collectors.joining(",")));
  }

  private static String variable(int number, String value) {
    return "{\"name\":\"SETTING_%02d\",\"value\":\"%s\"}".formatted(number, value);
  }
}
