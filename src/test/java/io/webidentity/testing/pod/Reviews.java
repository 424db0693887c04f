package io.webidentity.testing.pod;

/** AdmissionReviews as the API server writes them, for tests of what is around a decision. */
public final class Reviews {
  private Reviews() {}

  /** The creation of a pod with one container. */
  public static String podCreation(String uid, String namespace, String serviceAccount) {
    return podCreation(
        uid,
        namespace,
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"web-","namespace":"%s"},
         "spec":{"serviceAccountName":"%s","containers":[{"name":"app","image":"registry.example/app:1"}]}}\
        """
            .formatted(namespace, serviceAccount),
        "");
  }

  /** The creation of a pod given as JSON; the padding is a member that nobody knows. */
  public static String podCreation(String uid, String namespace, String pod, String padding) {
    return """
    {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"%s",
     "kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},
     "name":"","namespace":"%s","operation":"CREATE","userInfo":{"username":"system:serviceaccount:kube-system:replicaset-controller"},
     "object":%s,"oldObject":null,"dryRun":false,"options":{"padding":"%s"}}}\
    """
        .formatted(uid, namespace, pod, padding);
  }
}
