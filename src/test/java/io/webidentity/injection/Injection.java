package io.webidentity.injection;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.aws.RoleArn;
import io.webidentity.jsonpatch.JsonPatch;
import io.webidentity.testing.pod.JsonPatchLibrary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What the server does with a pod, without the server: bytes in, a decision, the patch as bytes,
 * and the pod that an API server would make of it.
 *
 * @param settings what is injected
 * @param identity the pod's identity
 */
record Injection(InjectionSettings settings, Identity identity) {
  static final String MOUNT_PATH = "/var/run/secrets/eks.amazonaws.com/serviceaccount";

  static final Injection DEFAULT =
      new Injection(
          new InjectionSettings(
              "eks.amazonaws.com", MOUNT_PATH, ContainerCredentialsSettings.DEFAULT),
          new Identity(
              new Credentials.WebIdentity(new RoleArn("arn:aws:iam::111122223333:role/app")),
              new TokenRequest("sts.amazonaws.com", 86400),
              StsEndpoints.SDK_DEFAULT,
              Optional.empty(),
              SdkSession.SDK_DEFAULT,
              List.of()));

  /** The injector, whose chance always chooses the lowest number. */
  Injector injector() {
    return new Injector(settings, (lowest, _) -> lowest);
  }

  /** Reads a pod from its JSON text. */
  Pod read(String json) throws MalformedPodException, IOException {
    try (JsonParser parser =
        JsonPatchLibrary.EXACT.createParser(json.getBytes(StandardCharsets.UTF_8))) {
      parser.nextToken();
      return new PodReader(settings.annotationPrefix()).read(parser, MemoryBudget.UNBOUNDED);
    }
  }

  /** The decision about ephemeral containers: the pod as it is stored, and as it is to be. */
  Decision decide(String stored, String updated) {
    return injector()
        .decide(
            EphemeralContainers.of(
                pod(stored),
                part(stored, EnvironmentReader::read),
                part(stored, EphemeralContainerReader::read),
                part(updated, EphemeralContainerReader::read)));
  }

  private static <T> T part(String json, PodPart<T> part) {
    try (JsonParser parser =
        JsonPatchLibrary.EXACT.createParser(json.getBytes(StandardCharsets.UTF_8))) {
      parser.nextToken();
      return part.read(parser, MemoryBudget.UNBOUNDED);
    } catch (MalformedPodException | IOException e) {
      throw new AssertionError("not a pod: " + json, e);
    }
  }

  private interface PodPart<T> {
    T read(JsonParser parser, MemoryBudget memory) throws MalformedPodException, IOException;
  }

  /** Reads a pod that is known to be well formed. */
  Pod pod(String json) {
    try {
      return read(json);
    } catch (MalformedPodException | IOException e) {
      throw new AssertionError("not a pod: " + json, e);
    }
  }

  /** The decision about this pod, from the first step to the last. */
  Decision decide(String json) {
    Injector injector = injector();
    Pod pod = pod(json);
    return injector
        .skipBeforeIdentity(pod)
        .<Decision>map(skip -> skip)
        .orElseGet(() -> injector.decide(pod, identity));
  }

  /** The patch as it is sent; an empty one where nothing is injected. */
  static JsonNode patch(Decision decision) {
    JsonPatch patch =
        switch (decision) {
          case Decision.Inject inject -> inject.patch();
          case Decision.Skip _, Decision.Reject _ -> new JsonPatch(List.of());
        };
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = JsonPatchLibrary.EXACT.createGenerator(bytes)) {
      patch.writeTo(generator);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      return JsonPatchLibrary.EXACT.readTree(bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The pod that results. */
  JsonNode inject(JsonNode pod) {
    return JsonPatchLibrary.ZJSONPATCH.apply(patch(decide(pod.toString())), pod);
  }
}
