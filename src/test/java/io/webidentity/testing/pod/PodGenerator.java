package io.webidentity.testing.pod;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Pods that an API server accepts, as many as there are seeds: with and without everything that
 * injection looks at, arrays absent, null and empty, volumes of ours and of strangers.
 *
 * <p>They run as {@link GoldenCase#SERVICE_ACCOUNT}, have no namespace, and names of their own.
 */
public final class PodGenerator {
  /** Where the token is mounted unless settings say otherwise. */
  public static final String MOUNT_PATH = "/var/run/secrets/eks.amazonaws.com/serviceaccount";

  static final String TOKEN_VOLUME = "aws-iam-token";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Choices choices;
  private final List<String> mountable = new ArrayList<>();
  private final List<String> claims = new ArrayList<>();

  private PodGenerator(Choices choices) {
    this.choices = choices;
  }

  /** The pod of this seed, which an API server accepts. */
  public static ObjectNode apiValid(long seed) {
    return new PodGenerator(new Choices(seed)).pod("pod-" + Long.toHexString(seed));
  }

  private ObjectNode pod(String name) {
    ObjectNode pod = JSON.objectNode().put("apiVersion", "v1").put("kind", "Pod");
    metadata(pod.putObject("metadata").put("name", name));
    ObjectNode spec = pod.putObject("spec");
    spec.put("serviceAccountName", GoldenCase.SERVICE_ACCOUNT);
    volumes(spec);
    containers(spec.putArray("containers"), "c", 1 + choices.below(4));
    if (choices.chance(40)) {
      containers(spec.putArray("initContainers"), "i", choices.below(3));
      spec.withArray("initContainers").forEach(init -> sidecar((ObjectNode) init));
    }
    PlacementGenerator.add(choices, spec);
    if (choices.chance(20)) {
      spec.put("terminationGracePeriodSeconds", choices.below(100));
      spec.putArray("tolerations").addObject().put("operator", "Exists");
    }
    return pod;
  }

  private void metadata(ObjectNode metadata) {
    if (choices.chance(50)) {
      ObjectNode labels = metadata.putObject("labels").put("app.kubernetes.io/name", "app");
      if (choices.chance(5)) {
        labels.put("eks.amazonaws.com/skip-pod-identity-webhook", choices.oneOf("", "true", "no"));
      }
    }
    if (choices.chance(50)) {
      ObjectNode annotations = metadata.putObject("annotations").put("example.com/a.b", "ü~/~1");
      if (choices.chance(40)) {
        annotations.put(
            "eks.amazonaws.com/skip-containers",
            choices.oneOf(
                "c0", "c1,i0", "\"c0\",c2", "", "c\"0", "c0\nc1", " c0", "c0,c1,c2,c3,i0"));
      }
      if (choices.chance(40)) {
        annotations.put(
            "eks.amazonaws.com/token-expiration",
            choices.oneOf("600", "3600", "1", "-7", "4294967296", "4294967297", "1h", "", "+900"));
      }
    }
  }

  private void sidecar(ObjectNode container) {
    if (choices.chance(30)) {
      container.put("restartPolicy", "Always");
    }
  }

  private void volumes(ObjectNode spec) {
    if (choices.chance(15)) {
      emptyOrNull(spec, "volumes");
      return;
    }
    ArrayNode volumes = spec.putArray("volumes");
    int count = choices.below(4);
    for (int i = 0; i < count; i++) {
      ordinaryVolume(volumes.addObject().put("name", "v" + i));
    }
    if (choices.chance(50)) {
      tokenVolumes(volumes);
    }
  }

  private void ordinaryVolume(ObjectNode volume) {
    String name = volume.get("name").textValue();
    if (choices.chance(20)) {
      volume.putObject("persistentVolumeClaim").put("claimName", "disk");
      claims.add(name);
      return;
    }
    mountable.add(name);
    switch (choices.below(5)) {
      case 0 -> volume.putObject("emptyDir").put("sizeLimit", "1Mi");
      case 1 -> volume.putObject("secret").put("secretName", "s");
      case 2 -> volume.putObject("configMap").put("name", "m").put("optional", true);
      case 3 -> volume.putObject("hostPath").put("path", "/tmp");
      default -> volume.putObject("emptyDir");
    }
  }

  /** Volumes with the name of the token's, or with one like it. */
  private void tokenVolumes(ArrayNode volumes) {
    switch (choices.below(7)) {
      case 0 -> token(volumes, TOKEN_VOLUME, "token");
      case 1 -> {
        stranger(volumes, TOKEN_VOLUME);
        token(volumes, TOKEN_VOLUME + "-2", "token");
      }
      case 2 -> stranger(volumes, TOKEN_VOLUME);
      case 3 -> {
        stranger(volumes, TOKEN_VOLUME + "-2");
        stranger(volumes, TOKEN_VOLUME);
      }
      case 4 -> token(volumes, TOKEN_VOLUME, "other");
      case 5 ->
          token(volumes, TOKEN_VOLUME, "token")
              .addObject()
              .putObject("configMap")
              .put("name", "kube-root-ca.crt");
      default -> {
        token(volumes, TOKEN_VOLUME + "-12", "token");
        token(volumes, TOKEN_VOLUME + "-x", "token");
      }
    }
  }

  private void stranger(ArrayNode volumes, String name) {
    volumes.addObject().put("name", name).putObject("emptyDir");
    mountable.add(name);
  }

  private ArrayNode token(ArrayNode volumes, String name, String path) {
    mountable.add(name);
    ArrayNode sources =
        volumes.addObject().put("name", name).putObject("projected").putArray("sources");
    sources
        .addObject()
        .putObject("serviceAccountToken")
        .put("audience", choices.oneOf("sts.amazonaws.com", "other"))
        .put("expirationSeconds", 600 + choices.below(10000))
        .put("path", path);
    return sources;
  }

  private void containers(ArrayNode containers, String prefix, int count) {
    for (int i = 0; i < count; i++) {
      ObjectNode container = containers.addObject().put("name", prefix + i).put("image", "app:1");
      env(container);
      Set<String> paths = new HashSet<>();
      mounts(container, paths);
      devices(container, paths);
      if (choices.chance(20)) {
        container.putObject("resources").putObject("requests").put("cpu", "10m");
      }
    }
  }

  private void env(ObjectNode container) {
    if (choices.chance(25)) {
      emptyOrNull(container, "env");
      return;
    }
    int count = choices.below(6);
    for (int i = 0; i < count; i++) {
      ObjectNode variable = container.withArray("env").addObject();
      variable.put(
          "name",
          choices.oneOf(
              "A",
              "AWS_PROFILE",
              "AWS_REGION",
              "AWS_DEFAULT_REGION",
              "AWS_STS_REGIONAL_ENDPOINTS",
              "AWS_ROLE_ARN",
              "AWS_WEB_IDENTITY_TOKEN_FILE",
              "AWS_ROLE_SESSION_NAME",
              "AWS_ENDPOINT_URL_STS",
              "AWS_ENDPOINT_URL",
              "AWS_ENDPOINT_URL_S3",
              "AWS_ROLE_ARN2",
              "aws_region"));
      switch (choices.below(3)) {
        case 0 -> variable.put("value", "ü $(A) \"~/\"");
        case 1 ->
            variable.putObject("valueFrom").putObject("fieldRef").put("fieldPath", "metadata.name");
        default -> {}
      }
    }
  }

  private void mounts(ObjectNode container, Set<String> paths) {
    if (choices.chance(20)) {
      emptyOrNull(container, "volumeMounts");
      return;
    }
    int count = mountable.isEmpty() ? 0 : choices.below(4);
    for (int i = 0; i < count; i++) {
      String path =
          choices.oneOf(
              "/data",
              "/etc/app",
              "/tokens",
              MOUNT_PATH,
              MOUNT_PATH + "/",
              "/var//run/secrets/eks.amazonaws.com/serviceaccount",
              MOUNT_PATH + "/token",
              "C\\data");
      if (paths.add(path)) {
        container
            .withArray("volumeMounts")
            .addObject()
            .put("name", choices.oneOf(mountable))
            .put("mountPath", path)
            .put("readOnly", choices.chance(50));
      }
    }
  }

  private void devices(ObjectNode container, Set<String> paths) {
    if (claims.isEmpty() || choices.chance(50)) {
      return;
    }
    String path = choices.oneOf("/dev/xvda", MOUNT_PATH, MOUNT_PATH + "/");
    if (paths.add(path)) {
      container
          .putArray("volumeDevices")
          .addObject()
          .put("name", choices.oneOf(claims))
          .put("devicePath", path);
    }
  }

  private void emptyOrNull(ObjectNode object, String name) {
    if (choices.chance(50)) {
      object.putArray(name);
    } else {
      object.putNull(name);
    }
  }
}
