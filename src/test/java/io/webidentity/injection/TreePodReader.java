package io.webidentity.injection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.webidentity.jsonpatch.Presence;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the same as {@link PodReader}, from a whole tree, in the plainest way. */
final class TreePodReader {
  private final String prefix;

  TreePodReader(String prefix) {
    this.prefix = prefix;
  }

  Pod read(JsonNode pod) throws MalformedPodException {
    Place place = new Place("", pod);
    if (!pod.isObject()) {
      throw place.wrong("an object");
    }
    return new Pod(metadata(place.object("metadata")), spec(place.object("spec")));
  }

  private Pod.Metadata metadata(Place metadata) throws MalformedPodException {
    Place labels = metadata.object("labels");
    Place annotations = metadata.object("annotations");
    return new Pod.Metadata(
        presence(metadata),
        metadata.text("name"),
        metadata.text("generateName"),
        metadata.text("namespace"),
        new Pod.Labels(
            presence(labels),
            labels.node.has("eks.amazonaws.com/skip-pod-identity-webhook")
                || labels.node.has(prefix + "/skip-pod-identity-webhook"),
            labels.text("eks.amazonaws.com/pod-identity")),
        annotations.node.has("kubernetes.io/config.mirror"),
        annotations.textOrNull(prefix + "/skip-containers"),
        annotations.textOrNull(prefix + "/include-containers"),
        annotations.textOrNull(prefix + "/token-expiration"),
        unread(labels, annotations),
        annotations.textOrNull("iam.amazonaws.com/role"),
        controller(metadata.elements("ownerReferences")));
  }

  private List<Finding> unread(Place labels, Place annotations) throws MalformedPodException {
    List<Finding> found = new ArrayList<>(unread(Annotation.Holder.POD_LABEL, labels));
    found.addAll(unread(Annotation.Holder.POD, annotations));
    return found;
  }

  private List<Finding> unread(Annotation.Holder holder, Place place) throws MalformedPodException {
    UnreadAnnotations unread = new UnreadAnnotations(new AnnotationKeys(prefix));
    List<Finding> found = new ArrayList<>();
    for (Map.Entry<String, JsonNode> member : place.node.properties()) {
      if (member.getKey().startsWith(prefix + "/")) {
        String value = place.text(member.getKey());
        unread.find(new Annotation(holder, member.getKey(), value)).ifPresent(found::add);
      }
    }
    return found;
  }

  private static Pod.@Nullable Owner controller(List<Place> owners) throws MalformedPodException {
    Pod.Owner controller = null;
    for (Place place : owners) {
      place.expectObject();
      Pod.Owner owner =
          new Pod.Owner(
              place.text("apiVersion"), place.text("kind"), place.text("name"), place.text("uid"));
      controller = place.bool("controller") ? owner : controller;
    }
    return controller;
  }

  private static Pod.Spec spec(Place spec) throws MalformedPodException {
    return new Pod.Spec(
        presence(spec),
        spec.text("serviceAccountName"),
        spec.text("serviceAccount"),
        placement(spec),
        containers(spec.elements("initContainers")),
        containers(spec.elements("containers")),
        presence(spec.at("volumes")),
        volumes(spec.elements("volumes")));
  }

  private static Presence presence(Place place) {
    return place.absent() ? Presence.MISSING : Presence.PRESENT;
  }

  private static Placement placement(Place spec) throws MalformedPodException {
    Place selector = spec.object("nodeSelector");
    String os = selector.text("kubernetes.io/os");
    String oldOs = selector.text("beta.kubernetes.io/os");
    boolean windows =
        os.equals("windows")
            || oldOs.equals("windows")
            || selector.node.has("node.kubernetes.io/windows-build");
    List<Placement.AffinityTerm> terms = new ArrayList<>();
    for (Place term :
        spec.object("affinity")
            .object("nodeAffinity")
            .object("requiredDuringSchedulingIgnoredDuringExecution")
            .elements("nodeSelectorTerms")) {
      terms.add(term(term));
    }
    boolean options = windowsOptions(spec);
    for (String containers : List.of("initContainers", "containers")) {
      for (Place container : spec.elements(containers)) {
        options |= windowsOptions(container);
      }
    }
    return new Placement(
        spec.object("os").text("name"),
        windows ? "windows" : os.isEmpty() ? oldOs : os,
        options,
        terms);
  }

  private static boolean windowsOptions(Place holder) throws MalformedPodException {
    Place options = holder.object("securityContext").object("windowsOptions");
    return options.bool("hostProcess")
        || !textAt(options.node, "gmsaCredentialSpecName").isEmpty()
        || !textAt(options.node, "gmsaCredentialSpec").isEmpty()
        || !textAt(options.node, "runAsUserName").isEmpty();
  }

  private static Placement.AffinityTerm term(Place term) throws MalformedPodException {
    term.expectObject();
    List<Placement.OsRequirement> onOs = new ArrayList<>();
    int count = 0;
    for (Place expression : term.elements("matchExpressions")) {
      Placement.OsRequirement requirement = requirement(expression);
      if (expression.text("key").equals("kubernetes.io/os")) {
        onOs.add(requirement);
      } else if (expression.text("key").equals("node.kubernetes.io/windows-build")
          && !Set.of("NotIn", "DoesNotExist").contains(requirement.operator())) {
        onOs.add(new Placement.OsRequirement("In", List.of("windows")));
      }
      count++;
    }
    for (Place field : term.elements("matchFields")) {
      requirement(field);
      field.text("key");
      count++;
    }
    return new Placement.AffinityTerm(count == 0, onOs);
  }

  private static Placement.OsRequirement requirement(Place expression)
      throws MalformedPodException {
    expression.expectObject();
    List<String> values = new ArrayList<>();
    for (Place value : expression.elements("values")) {
      values.add(value.text());
    }
    return new Placement.OsRequirement(expression.text("operator"), values);
  }

  private static List<Pod.Container> containers(List<Place> places) throws MalformedPodException {
    List<Pod.Container> containers = new ArrayList<>();
    for (Place place : places) {
      if (!place.node.isObject()) {
        throw place.wrong("an object");
      }
      containers.add(
          new Pod.Container(
              place.text("name"),
              environment(place),
              presence(place.at("volumeMounts")),
              mounts(place.elements("volumeMounts"), "mountPath"),
              mounts(place.elements("volumeDevices"), "devicePath"),
              windowsOptions(place)));
    }
    return containers;
  }

  private static Pod.Environment environment(Place container) throws MalformedPodException {
    List<Place> env = container.elements("env");
    Map<SdkVariable, Integer> references = new EnumMap<>(SdkVariable.class);
    boolean accessKey = false;
    boolean from = !container.elements("envFrom").isEmpty();
    boolean configured = false;
    for (int i = env.size() - 1; i >= 0; i--) {
      Place variable = env.get(i);
      variable.expectObject();
      String name = variable.text("name");
      String value = textAt(variable.node, "value");
      boolean sure = sure(variable.node.path("valueFrom"));
      for (SdkVariable referred : SdkVariable.values()) {
        // What is escaped goes first: kubelet makes a dollar sign of two.
        if (value.replace("$$", "").contains("$(" + referred.variableName() + ")")) {
          references.put(referred, i);
        }
      }
      accessKey |= name.equals("AWS_ACCESS_KEY_ID") && (!value.isEmpty() || sure);
      configured |= Set.of("AWS_CONFIG_FILE", "AWS_PROFILE", "AWS_DEFAULT_PROFILE").contains(name);
    }
    return new Pod.Environment(
        presence(container.at("env")), variables(env), references, accessKey, configured, from);
  }

  /** Wrong types are nobody's business here: the values themselves are not read. */
  private static boolean sure(JsonNode source) {
    boolean sure = false;
    for (Map.Entry<String, JsonNode> member : source.properties()) {
      boolean key = Set.of("secretKeyRef", "configMapKeyRef").contains(member.getKey());
      boolean optional =
          key
              && member.getValue().path("optional").asText().equals("true")
              && member.getValue().path("optional").isBoolean();
      sure |= !member.getValue().isNull() && !optional;
    }
    return sure;
  }

  /** A text there; empty for anything else, which nobody reads. */
  private static String textAt(JsonNode holder, String name) {
    return holder.path(name).isTextual() ? holder.path(name).textValue() : "";
  }

  private static Set<SdkVariable> variables(List<Place> places) throws MalformedPodException {
    Set<SdkVariable> variables = EnumSet.noneOf(SdkVariable.class);
    for (Place place : places) {
      place.expectObject();
      String name = place.text("name");
      for (SdkVariable variable : SdkVariable.values()) {
        if (variable.variableName().equals(name)) {
          variables.add(variable);
        }
      }
    }
    return variables;
  }

  private static List<Pod.Mount> mounts(List<Place> places, String path)
      throws MalformedPodException {
    List<Pod.Mount> mounts = new ArrayList<>();
    for (Place place : places) {
      place.expectObject();
      mounts.add(new Pod.Mount(place.text("name"), place.text(path)));
    }
    return mounts;
  }

  private static List<Pod.Volume> volumes(List<Place> places) throws MalformedPodException {
    List<Pod.Volume> volumes = new ArrayList<>();
    for (Place place : places) {
      place.expectObject();
      volumes.add(new Pod.Volume(place.text("name"), tokenPath(place.object("projected"))));
    }
    return volumes;
  }

  private static @Nullable String tokenPath(Place projected) throws MalformedPodException {
    List<Place> sources = projected.elements("sources");
    String path = null;
    for (Place source : sources) {
      source.expectObject();
      Place token = source.object("serviceAccountToken");
      String tokenPath = token.text("path");
      boolean alone = true;
      for (Map.Entry<String, JsonNode> member : source.node.properties()) {
        alone &= member.getKey().equals("serviceAccountToken") || member.getValue().isNull();
      }
      path = sources.size() == 1 && alone && !token.absent() ? tokenPath : null;
    }
    return path;
  }

  /** A value, and how it is reached. */
  private record Place(String path, JsonNode node) {
    boolean absent() {
      return node.isMissingNode() || node.isNull();
    }

    Place at(String name) {
      boolean plain = name.chars().allMatch(Character::isLetterOrDigit);
      String step = plain ? (path.isEmpty() ? "" : ".") + name : "[\"" + name + "\"]";
      return new Place(path + step, node.path(name));
    }

    void expectObject() throws MalformedPodException {
      if (!absent() && !node.isObject()) {
        throw wrong("an object");
      }
    }

    Place object(String name) throws MalformedPodException {
      Place place = at(name);
      place.expectObject();
      return place.node.isNull() ? new Place(place.path, MissingNode.getInstance()) : place;
    }

    List<Place> elements(String name) throws MalformedPodException {
      Place place = at(name);
      if (!place.absent() && !place.node.isArray()) {
        throw place.wrong("an array");
      }
      List<Place> elements = new ArrayList<>();
      for (JsonNode element : place.node) {
        elements.add(new Place(place.path + "[" + elements.size() + "]", element));
      }
      return elements;
    }

    String text(String name) throws MalformedPodException {
      return at(name).text();
    }

    String text() throws MalformedPodException {
      if (!absent() && !node.isTextual()) {
        throw wrong("a string");
      }
      return absent() ? "" : node.textValue();
    }

    boolean bool(String name) throws MalformedPodException {
      Place place = at(name);
      if (!place.absent() && !place.node.isBoolean()) {
        throw place.wrong("a boolean");
      }
      return place.node.booleanValue();
    }

    @Nullable String textOrNull(String name) throws MalformedPodException {
      return node.has(name) ? text(name) : null;
    }

    MalformedPodException wrong(String wanted) {
      String found =
          switch (node.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            default -> "nothing";
          };
      return new MalformedPodException(path, "must be " + wanted + ", not " + found);
    }
  }
}
