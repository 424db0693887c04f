package io.webidentity.warmup;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * AdmissionReviews of pods as API servers send them, field order included: those that are given an
 * identity, in two sizes, one whose account has none, and one that is no business of ours at all.
 */
final class SampleReviews {
  private static final int VARIABLE_COUNT = 10;

  private static final String REVIEW =
      """
      {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{\
      "uid":"00000000-0000-4000-8000-000000000000","kind":{"group":"","version":"v1","kind":"Pod"},\
      "resource":{"group":"","version":"v1","resource":"pods"},\
      "requestKind":{"group":"","version":"v1","kind":"Pod"},\
      "requestResource":{"group":"","version":"v1","resource":"pods"},\
      "namespace":"warm-up","operation":"CREATE","userInfo":{\
      "username":"system:serviceaccount:kube-system:replicaset-controller",\
      "groups":["system:serviceaccounts","system:authenticated"]},"object":POD,\
      "oldObject":null,"dryRun":false,"options":{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1"}}}\
      """;

  private static final String POD =
      """
      {"kind":"Pod","apiVersion":"v1","metadata":{"generateName":"web-7d4b9c-","namespace":"warm-up",\
      "creationTimestamp":null,"labels":{"app":"web","pod-template-hash":"7d4b9c"},"annotations":ANNOTATIONS,\
      "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-7d4b9c",\
      "uid":"00000000-0000-4000-8000-000000000001","controller":true,"blockOwnerDeletion":true}],\
      "managedFields":[{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1",\
      "time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1",\
      "fieldsV1":{"f:metadata":{"f:generateName":{},"f:labels":{".":{},"f:app":{}}}}}]},\
      "spec":{"volumes":[{"name":"kube-api-access-abcde","projected":{"sources":[{"serviceAccountToken":\
      {"expirationSeconds":3607,"path":"token"}},{"configMap":{"name":"kube-root-ca.crt",\
      "items":[{"key":"ca.crt","path":"ca.crt"}]}}],"defaultMode":420}}],"containers":[CONTAINERS],\
      "restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst",\
      "serviceAccountName":"ACCOUNT","serviceAccount":"ACCOUNT","securityContext":{},\
      "schedulerName":"default-scheduler","tolerations":[{"key":"node.kubernetes.io/not-ready",\
      "operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,\
      "enableServiceLinks":true,"preemptionPolicy":"PreemptLowerPriority"},"status":{}}\
      """;

  private static final String CONTAINER =
      """
      {"name":"container-NUMBER","image":"registry.example/app:1","command":["/app","--serve"],\
      "ports":[{"containerPort":8080,"protocol":"TCP"}],"env":[VARIABLES],"resources":{"limits":{"cpu":"1",\
      "memory":"512Mi"},"requests":{"cpu":"100m","memory":"256Mi"}},"volumeMounts":[{\
      "name":"kube-api-access-abcde","readOnly":true,\
      "mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],"livenessProbe":{"httpGet":{\
      "path":"/healthz","port":8080,"scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":10},\
      "terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File",\
      "imagePullPolicy":"IfNotPresent","securityContext":{"capabilities":{"drop":["ALL"]},\
      "runAsNonRoot":true,"allowPrivilegeEscalation":false}}\
      """;

  /** Those asked about, one after the other and again. */
  static final List<byte[]> ALL =
      List.of(
          review(SampleAccounts.WITH_ROLE, "{}", 1),
          review(SampleAccounts.WITH_ROLE, "{}", 3),
          review(SampleAccounts.WITHOUT_ROLE, "{}", 3),
          review(SampleAccounts.WITH_ROLE, "{\"kubernetes.io/config.mirror\":\"1\"}", 1));

  private SampleReviews() {}

  private static byte[] review(String account, String annotations, int containers) {
    String variables =
        IntStream.range(0, VARIABLE_COUNT)
            .mapToObj(
                "{\"name\":\"VARIABLE_%1$d\",\"value\":\"value of variable %1$d\"}"::formatted)
            .collect(Collectors.joining(","));
    String specs =
        IntStream.range(0, containers)
            .mapToObj(i ->
                CONTAINER.replace("NUMBER", Integer.toString(i)).replace("VARIABLES", variables))
            .collect(Collectors.joining(","));
    String pod =
        POD.replace("ANNOTATIONS", annotations)
            .replace("CONTAINERS", specs)
            .replace("ACCOUNT", account);
    return REVIEW.replace("POD", pod).getBytes(StandardCharsets.UTF_8);
  }
}
