package io.webidentity.injection;

import io.webidentity.jsonpatch.Presence;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The few fields of a pod (or of a pod template) that decide what is injected. Read by {@link
 * PodReader}. What is absent or {@code null} in the pod is an empty string or list here, as Go
 * decodes it; {@link Presence} tells where the difference matters for the patch.
 *
 * @param metadata what the pod's metadata says
 * @param spec what its spec says
 */
public record Pod(Metadata metadata, Spec spec) {
  /** The pod's name for logs: the prefix and {@code *} while the API server has to choose one. */
  public String name() {
    return metadata.name().isEmpty() && !metadata.generateName().isEmpty()
        ? metadata.generateName() + "*"
        : metadata.name();
  }

  /** The namespace the pod itself names; empty in many pods under creation. */
  public String namespace() {
    return metadata.namespace();
  }

  /** The account that the pod runs as; empty where the pod leaves that to the API server. */
  public String serviceAccountName() {
    return spec.serviceAccountName();
  }

  /** The same pod, running as this account. */
  public Pod runningAs(String serviceAccountName) {
    return new Pod(metadata, spec.runningAs(serviceAccountName));
  }

  /** The account by its deprecated field {@code spec.serviceAccount}. */
  public String legacyServiceAccountName() {
    return spec.legacyServiceAccountName();
  }

  /**
   * What the metadata says.
   *
   * @param presence whether there is metadata
   * @param name the name, empty while the API server has to choose one
   * @param generateName what the chosen name begins with
   * @param namespace the namespace
   * @param labels what the labels say
   * @param mirror whether the pod mirrors a static pod
   * @param skipContainers the annotation {@code <prefix>/skip-containers}
   * @param includeContainers the annotation {@code <prefix>/include-containers}
   * @param tokenExpiration the annotation {@code <prefix>/token-expiration}
   * @param unread what is wrong with annotations and labels that nothing reads
   * @param kube2iamRole the annotation {@link UnreadAnnotations#KUBE2IAM_ROLE}
   * @param controller the object whose controller made the pod, where that is read and known
   */
  public record Metadata(
      Presence presence,
      String name,
      String generateName,
      String namespace,
      Labels labels,
      boolean mirror,
      @Nullable String skipContainers,
      @Nullable String includeContainers,
      @Nullable String tokenExpiration,
      List<Finding> unread,
      @Nullable String kube2iamRole,
      @Nullable Owner controller) {
    static final Metadata NONE =
        new Metadata(
            Presence.MISSING,
            "",
            "",
            "",
            Labels.NONE,
            false,
            null,
            null,
            null,
            List.of(),
            null,
            null);

    public Metadata {
      unread = List.copyOf(unread);
    }
  }

  /**
   * An object that the pod belongs to, as an owner reference names it. Only its form is checked by
   * API servers: whoever creates the pod may have made it up.
   *
   * @param apiVersion such as {@code apps/v1}
   * @param kind such as {@code ReplicaSet}
   * @param name in the pod's namespace
   * @param uid UID
   */
  public record Owner(String apiVersion, String kind, String name, String uid) {}

  /**
   * What the labels say.
   *
   * @param presence whether there are labels
   * @param skip whether the label that asks for no injection is there, whatever its value
   * @param podIdentity the value of {@link AnnotationKeys#POD_IDENTITY_LABEL}; empty without it
   */
  public record Labels(Presence presence, boolean skip, String podIdentity) {
    static final Labels NONE = new Labels(Presence.MISSING, false, "");
  }

  /**
   * What the spec says.
   *
   * @param presence whether there is a spec
   * @param serviceAccountName {@code spec.serviceAccountName}
   * @param legacyServiceAccountName {@code spec.serviceAccount}
   * @param placement which nodes the pod may run on
   * @param initContainers init containers, native sidecars included, in the pod's order
   * @param containers containers in the pod's order
   * @param volumesPresence whether there is an array of volumes
   * @param volumes volumes in the pod's order
   */
  public record Spec(
      Presence presence,
      String serviceAccountName,
      String legacyServiceAccountName,
      Placement placement,
      List<Container> initContainers,
      List<Container> containers,
      Presence volumesPresence,
      List<Volume> volumes) {
    static final Spec NONE =
        new Spec(
            Presence.MISSING,
            "",
            "",
            Placement.ANYWHERE,
            List.of(),
            List.of(),
            Presence.MISSING,
            List.of());

    public Spec {
      initContainers = List.copyOf(initContainers);
      containers = List.copyOf(containers);
      volumes = List.copyOf(volumes);
    }

    private Spec runningAs(String account) {
      return new Spec(
          presence,
          account,
          legacyServiceAccountName,
          placement,
          initContainers,
          containers,
          volumesPresence,
          volumes);
    }

    /** Names of all containers, init containers included. */
    Stream<String> containerNames() {
      return Stream.concat(initContainers.stream(), containers.stream()).map(Container::name);
    }
  }

  /**
   * A container or init container.
   *
   * @param name its name
   * @param env what its environment says
   * @param mountsPresence whether there is an array {@code volumeMounts}
   * @param mounts its volume mounts
   * @param devices its block devices ({@code volumeDevices})
   * @param windows whether its security context has options that only Windows has
   */
  public record Container(
      String name,
      Environment env,
      Presence mountsPresence,
      List<Mount> mounts,
      List<Mount> devices,
      boolean windows) {
    public Container {
      mounts = List.copyOf(mounts);
      devices = List.copyOf(devices);
    }
  }

  /**
   * What {@code env} and {@code envFrom} of a container say of SDKs' variables.
   *
   * @param presence whether there is an array {@code env}
   * @param variables which of them {@code env} names
   * @param references at which index of {@code env} a value first refers to a variable
   * @param accessKey whether {@code env} has an access key
   * @param configured whether the container has a configuration file or profile of its SDK
   * @param from whether the container has variables by {@code envFrom}
   */
  public record Environment(
      Presence presence,
      Set<SdkVariable> variables,
      Map<SdkVariable, Integer> references,
      boolean accessKey,
      boolean configured,
      boolean from) {
    public Environment {
      variables = Set.copyOf(variables);
      references = Map.copyOf(references);
    }

    /** The first index of {@code env} whose value refers to one of these. */
    OptionalInt firstReference(Set<SdkVariable> names) {
      return names.stream()
          .map(references::get)
          .filter(Objects::nonNull)
          .mapToInt(Integer::intValue)
          .min();
    }
  }

  /**
   * A volume in a container, mounted or as a block device.
   *
   * @param volume the volume's name
   * @param path where it is
   */
  public record Mount(String volume, String path) {}

  /**
   * A volume.
   *
   * @param name its name
   * @param tokenPath the path of the token in the volume, where the volume is a projected one whose
   *     only source is a serviceAccountToken; else null
   */
  public record Volume(String name, @Nullable String tokenPath) {}
}
