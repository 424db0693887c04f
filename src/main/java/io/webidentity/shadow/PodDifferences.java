package io.webidentity.shadow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.webidentity.shadow.Difference.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where two pods differ, as Kubernetes reads them: {@code null} and an empty array are as good as
 * nothing, numbers count by their value, and the elements of the lists that have a key are found by
 * it. An empty object is not nothing: an empty selector selects everything.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.36/#container-v1-core">Patch
 *     merge keys</a>
 */
final class PodDifferences {
  /** More are not looked for: two pods that differ so much are no pair. */
  static final int MAX_DIFFERENCES = 100;

  private static final String ENV = "env";
  private static final String NAME = "name";

  /** Keys of lists, by the member that has the list. */
  private static final Map<String, String> KEYS =
      Map.of(
          "containers",
          NAME,
          "initContainers",
          NAME,
          "ephemeralContainers",
          NAME,
          ENV,
          NAME,
          "volumes",
          NAME,
          "volumeMounts",
          "mountPath");

  /** Lists whose order means nothing; that of variables, only where one names another. */
  private static final Set<String> UNORDERED = Set.of(ENV, "volumes", "volumeMounts");

  private final List<Difference> found = new ArrayList<>();

  private PodDifferences() {}

  /** Every difference, up to {@value #MAX_DIFFERENCES} of them. */
  static List<Difference> between(JsonNode ours, JsonNode theirs) {
    PodDifferences differences = new PodDifferences();
    differences.compare(Place.ROOT, ours, theirs);
    return List.copyOf(differences.found);
  }

  private void compare(Place place, JsonNode ours, JsonNode theirs) {
    if (found.size() >= MAX_DIFFERENCES) {
      return;
    }
    if (ours.isObject() && theirs.isObject()) {
      Set<String> names = new LinkedHashSet<>();
      ours.fieldNames().forEachRemaining(names::add);
      theirs.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        compare(place.member(name), ours.path(name), theirs.path(name));
      }
    } else if (isList(ours) && isList(theirs)) { // nothing at all included
      compareLists(place, ours, theirs);
    } else if (!sameScalar(ours, theirs)) {
      add(Kind.VALUE, place, ours, theirs);
    }
  }

  private void compareLists(Place place, JsonNode ours, JsonNode theirs) {
    Optional<Map<String, Integer>> here = byKey(place, ours);
    Optional<Map<String, Integer>> there = byKey(place, theirs);
    if (here.isPresent() && there.isPresent()) {
      compareByKey(place, new Keyed(ours, here.get()), new Keyed(theirs, there.get()));
      return;
    }
    if (ours.size() != theirs.size()) {
      add(Kind.VALUE, place, ours, theirs);
      return;
    }
    for (int i = 0; i < ours.size(); i++) {
      compare(place.element(i), ours.path(i), theirs.path(i));
    }
  }

  private void compareByKey(Place place, Keyed ours, Keyed theirs) {
    ours.indexes()
        .forEach((key, index) ->
            compare(element(place, index, key), ours.list().path(index), theirs.element(key)));
    theirs
        .indexes()
        .forEach((key, index) -> {
          if (!ours.indexes().containsKey(key)) {
            compare(
                element(place, index, key), MissingNode.getInstance(), theirs.list().path(index));
          }
        });
    List<String> order = ours.keysAlsoIn(theirs);
    List<String> otherOrder = theirs.keysAlsoIn(ours);
    if (!order.equals(otherOrder)) {
      boolean meaningless =
          UNORDERED.contains(place.field())
              && (!place.field().equals(ENV)
                  || !VariableReferences.dependOnOrder(ours.list(), order, otherOrder));
      add(meaningless ? Kind.ORDER : Kind.VALUE, place, names(order), names(otherOrder));
    }
  }

  private void add(Kind kind, Place place, JsonNode ours, JsonNode theirs) {
    found.add(new Difference(kind, place.pointer().value(), place.shape().value(), ours, theirs));
  }

  private static Place element(Place list, int index, String key) {
    return list.field().equals(ENV) ? list.element(index, key) : list.element(index);
  }

  /** Indexes by key; empty where a list has no key, or an element no key of its own. */
  private static Optional<Map<String, Integer>> byKey(Place place, JsonNode list) {
    String key = KEYS.get(place.field());
    if (key == null) {
      return Optional.empty();
    }
    Map<String, Integer> indexes = new LinkedHashMap<>();
    for (int i = 0; i < list.size(); i++) {
      JsonNode value = list.path(i).path(key);
      if (!value.isTextual() || indexes.put(value.textValue(), i) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(indexes);
  }

  /** A list that is not there is an empty one, for its elements to be named one by one. */
  private static boolean isList(JsonNode value) {
    return value.isArray() || value.isMissingNode() || value.isNull();
  }

  private static boolean sameScalar(JsonNode ours, JsonNode theirs) {
    boolean numbers = ours.isNumber() && theirs.isNumber();
    return numbers
        ? ours.decimalValue().compareTo(theirs.decimalValue()) == 0
        : ours.equals(theirs);
  }

  private static ArrayNode names(List<String> names) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    names.forEach(array::add);
    return array;
  }

  /** A list, and where in it each key is. */
  private record Keyed(JsonNode list, Map<String, Integer> indexes) {
    JsonNode element(String key) {
      Integer index = indexes.get(key);
      return index == null ? MissingNode.getInstance() : list.path(index);
    }

    List<String> keysAlsoIn(Keyed other) {
      return indexes.keySet().stream().filter(other.indexes()::containsKey).toList();
    }
  }
}
