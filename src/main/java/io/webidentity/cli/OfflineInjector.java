package io.webidentity.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.identity.AccountKey;
import io.webidentity.identity.AccountLookup;
import io.webidentity.identity.IdentityAnnotations;
import io.webidentity.identity.IdentityResolver;
import io.webidentity.identity.NamespaceLookup;
import io.webidentity.identity.Resolution;
import io.webidentity.injection.Decision;
import io.webidentity.injection.InjectionSettings;
import io.webidentity.injection.Injector;
import io.webidentity.injection.MalformedPodException;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.injection.Pod;
import io.webidentity.injection.PodReader;
import io.webidentity.injection.Reason;
import io.webidentity.injection.RoleArn;
import io.webidentity.jsonpatch.JsonPatch;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides about pods and pod templates as the server does, with accounts that are all known. */
final class OfflineInjector {
  private final ObjectMapper mapper = new ObjectMapper();
  private final PodReader reader;
  private final Injector injector;
  private final IdentityResolver resolver;
  private final Map<AccountKey, IdentityAnnotations> accounts;

  OfflineInjector(
      IdentityResolver resolver,
      InjectionSettings injection,
      Map<AccountKey, IdentityAnnotations> accounts) {
    this.reader = new PodReader(injection.annotationPrefix());
    this.injector = new Injector(injection, (_, highest) -> highest);
    this.resolver = resolver;
    this.accounts = Map.copyOf(accounts);
  }

  /**
   * What was decided about a pod.
   *
   * @param account the account that it runs as
   * @param role the role that was found for the account
   */
  record Outcome(AccountKey account, Decision decision, Optional<RoleArn> role) {}

  /**
   * Decides about a pod or a pod template.
   *
   * @param namespace the namespace of the object
   * @throws MalformedPodException if a value has the wrong type
   */
  Outcome decide(JsonNode podNode, String namespace) throws MalformedPodException {
    Pod pod;
    try (JsonParser parser = mapper.treeAsTokens(podNode)) {
      parser.nextToken();
      pod = reader.read(parser, MemoryBudget.UNBOUNDED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    AccountKey account = new AccountKey(namespace, accountName(pod));
    Optional<Decision.Skip> skip =
        injector
            .skipBeforeIdentity(pod)
            .filter(found -> found.reason() != Reason.NO_SERVICE_ACCOUNT);
    if (skip.isPresent()) {
      return new Outcome(account, skip.get(), Optional.empty());
    }
    IdentityAnnotations annotations = accounts.get(account);
    if (annotations == null) {
      Decision none = new Decision.Skip(Reason.SERVICE_ACCOUNT_NOT_FOUND, List.of());
      return new Outcome(account, none, Optional.empty());
    }
    return switch (resolver.resolve(
        account, new AccountLookup.Found(annotations), NamespaceLookup.NO_SAY)) {
      case Resolution.Resolved(var identity) ->
          new Outcome(account, injector.decide(pod, identity), identity.role());
      case Resolution.None(Reason reason, var findings) ->
          new Outcome(account, new Decision.Skip(reason, findings), Optional.empty());
      case Resolution.Rejected(Reason reason, var findings) ->
          new Outcome(account, new Decision.Reject(reason, findings), Optional.empty());
      case Resolution.Undecided(Reason _, String message) ->
          throw new IllegalStateException("undecided about a known account: " + message);
    };
  }

  /** Manifests are read before admission, which fills in the name (contract, section 1). */
  private static String accountName(Pod pod) {
    if (!pod.serviceAccountName().isEmpty()) {
      return pod.serviceAccountName();
    }
    return pod.legacyServiceAccountName().isEmpty() ? "default" : pod.legacyServiceAccountName();
  }

  /** Applies a patch, which only adds, to the data of a pod. */
  void apply(JsonPatch patch, JsonNode pod) {
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
