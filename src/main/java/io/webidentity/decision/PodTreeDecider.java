package io.webidentity.decision;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.aws.RoleArn;
import io.webidentity.identity.Resolution;
import io.webidentity.identity.Trail;
import io.webidentity.injection.Decision;
import io.webidentity.injection.Identity;
import io.webidentity.injection.MalformedPodException;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.injection.Pod;
import io.webidentity.injection.PodReader;
import io.webidentity.injection.Reason;
import io.webidentity.jsonpatch.JsonPatch;
import io.webidentity.kubernetes.ObjectLookup;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Decides about pods and pod templates as the server does. */
public final class PodTreeDecider {
  private final ObjectMapper mapper = new ObjectMapper();
  private final PodReader reader;
  private final PodDecider decider;

  /** Decides as this decider does, about pods whose annotations have this prefix. */
  public PodTreeDecider(String annotationPrefix, PodDecider decider) {
    this.reader = new PodReader(annotationPrefix);
    this.decider = decider;
  }

  /**
   * What was decided about a pod.
   *
   * @param account the account that it runs as
   * @param identity what was found for the account
   */
  public record Outcome(AccountKey account, Decision decision, Optional<Identity> identity) {
    /** The role that was found for the account. */
    public Optional<RoleArn> role() {
      return identity.flatMap(Identity::role);
    }
  }

  /**
   * Decides about a pod or a pod template.
   *
   * @param namespace the namespace of the object
   * @param trail notes how the decision comes about
   * @throws MalformedPodException if a value has the wrong type
   * @throws UndecidedException if something is not known that decides
   */
  public Outcome decide(JsonNode podNode, String namespace, Trail trail)
      throws MalformedPodException, UndecidedException {
    Pod pod;
    try (JsonParser parser = mapper.treeAsTokens(podNode)) {
      parser.nextToken();
      pod = reader.read(parser, MemoryBudget.UNBOUNDED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    AccountKey account = new AccountKey(namespace, accountName(pod));
    PodDecision decision =
        decider
            .decide(namespace, pod.runningAs(account.name()), trail)
            .toCompletableFuture()
            .join();
    return switch (decision) {
      case PodDecision.Unasked(Decision.Skip skip) -> new Outcome(account, skip, Optional.empty());
      case PodDecision.Decided(
              ObjectLookup<IdentityAnnotations> _,
              Resolution resolution,
              Decision decided) ->
          new Outcome(account, decided, identity(resolution));
      case PodDecision.Undecided(ObjectLookup<IdentityAnnotations> _, Reason _, String message) ->
          throw new UndecidedException(message);
    };
  }

  private static Optional<Identity> identity(Resolution resolution) {
    return resolution instanceof Resolution.Resolved(Identity identity, var _)
        ? Optional.of(identity)
        : Optional.empty();
  }

  /**
   * Manifests are read before admission, which fills in the name (docs/contract.md, "Which
   * requests").
   */
  private static String accountName(Pod pod) {
    if (!pod.serviceAccountName().isEmpty()) {
      return pod.serviceAccountName();
    }
    return pod.legacyServiceAccountName().isEmpty() ? "default" : pod.legacyServiceAccountName();
  }

  /** Applies a patch, which only adds, to the data of a pod. */
  public void apply(JsonPatch patch, JsonNode pod) {
    for (JsonNode operation : operations(patch)) {
      String path = operation.get("path").textValue();
      int slash = path.lastIndexOf('/');
      String last = path.substring(slash + 1).replace("~1", "/").replace("~0", "~");
      add(pod.at(path.substring(0, slash)), last, operation.get("value"));
    }
  }

  /** Through text, for numbers to be of the very types that reading a manifest gives. */
  private JsonNode operations(JsonPatch patch) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = mapper.createGenerator(text)) {
      patch.writeTo(generator);
      generator.flush();
      return mapper.readTree(text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(JsonNode parent, String place, JsonNode value) {
    switch (parent) {
      case ObjectNode object -> object.set(place, value);
      case ArrayNode array when place.equals("-") -> array.add(value);
      case ArrayNode array -> array.insert(Integer.parseInt(place), value);
      default -> throw new IllegalStateException("the patch adds to nothing at " + place);
    }
  }
}
