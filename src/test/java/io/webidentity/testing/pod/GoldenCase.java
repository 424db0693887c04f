package io.webidentity.testing.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.webidentity.aws.EndpointUrl;
import io.webidentity.aws.RoleArn;
import io.webidentity.injection.ContainerCredentialsSettings;
import io.webidentity.injection.Credentials;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Identity;
import io.webidentity.injection.InjectionSettings;
import io.webidentity.injection.Reason;
import io.webidentity.injection.SdkSession;
import io.webidentity.injection.SessionNameTemplate;
import io.webidentity.injection.StsEndpoints;
import io.webidentity.injection.TokenRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of {@code src/test/resources/injection}: a pod, and what becomes of it; or of {@code
 * src/test/resources/ephemeral}: a pod that gets ephemeral containers, and what becomes of those.
 *
 * <table>
 * <caption>Files</caption>
 * <tr><td>{@code case.json}</td><td>what the case shows, its settings and identity; all of it but
 * {@code about} may be left out</td></tr>
 * <tr><td>{@code pod.json}</td><td>the pod as it comes</td></tr>
 * <tr><td>{@code expected.json}</td><td>reason, containers, findings</td></tr>
 * <tr><td>{@code expected-pod.json}</td><td>the injected pod; only where something is injected</td></tr>
 * </table>
 */
public final class GoldenCase {
  /** The account that pods of the cases run as. */
  public static final String SERVICE_ACCOUNT = "app";

  private static final Path RESOURCES = Path.of("src", "test", "resources");
  private static final String CASE = "case.json";
  private static final String POD = "pod.json";
  private static final String EXPECTED = "expected.json";
  private static final String EXPECTED_POD = "expected-pod.json";

  private final Path folder;
  private final CaseFile file;

  private GoldenCase(Path folder) {
    this.folder = folder;
    try {
      this.file =
          JsonPatchLibrary.EXACT.readValue(Files.readString(folder.resolve(CASE)), CaseFile.class);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": " + e.getMessage(), e);
    }
  }

  /** All cases of pods that are created, by name. */
  public static List<GoldenCase> all() {
    return all("injection");
  }

  /** All cases of ephemeral containers, by name. */
  public static List<GoldenCase> ephemeral() {
    return all("ephemeral");
  }

  private static List<GoldenCase> all(String kind) {
    try (Stream<Path> folders = Files.list(RESOURCES.resolve(kind))) {
      return folders.sorted().map(GoldenCase::new).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder's name. */
  public String name() {
    return String.valueOf(folder.getFileName());
  }

  /** What the case shows. */
  public String about() {
    return file.about();
  }

  /** Whether an API server would create the pod, alone and injected. */
  public boolean acceptedByApiServer() {
    return !Objects.equals(file.acceptedByApiServer(), false);
  }

  /** The pod as it comes. */
  public JsonNode pod() {
    return read(POD);
  }

  /** The pod as it is stored: without the ephemeral containers that the case does not name. */
  public JsonNode storedPod() {
    List<String> stored =
        Objects.requireNonNullElse(file.storedEphemeralContainers(), List.<String>of());
    JsonNode pod = pod();
    if (pod.at("/spec/ephemeralContainers") instanceof ArrayNode ephemeral) {
      for (int i = ephemeral.size() - 1; i >= 0; i--) {
        if (!stored.contains(ephemeral.path(i).path("name").asText())) {
          ephemeral.remove(i);
        }
      }
    }
    return pod;
  }

  /** The settings it is injected with. */
  public InjectionSettings settings() {
    return file.settings() == null ? SettingsFile.DEFAULT.settings() : file.settings().settings();
  }

  /** The identity it is injected with. */
  public Identity identity() {
    return file.identity() == null ? IdentityFile.DEFAULT.identity() : file.identity().identity();
  }

  /** What is decided. */
  public JsonNode expected() {
    return read(EXPECTED);
  }

  /** The pod that results; the one that came where nothing is injected. */
  public JsonNode expectedPod() {
    return Files.exists(folder.resolve(EXPECTED_POD)) ? read(EXPECTED_POD) : pod();
  }

  /** Names of files that are missing or have no use where the pod is injected, or is not. */
  public Set<String> wrongFiles(boolean injected) {
    Set<String> wanted =
        injected ? Set.of(CASE, POD, EXPECTED, EXPECTED_POD) : Set.of(CASE, POD, EXPECTED);
    try (Stream<Path> files = Files.list(folder)) {
      Set<String> present =
          files.map(path -> String.valueOf(path.getFileName())).collect(Collectors.toSet());
      Set<String> wrong = new TreeSet<>(present);
      wrong.addAll(wanted);
      wrong.removeIf(name -> present.contains(name) && wanted.contains(name));
      return wrong;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes what is expected from now on. */
  public void update(JsonNode expected, Optional<JsonNode> expectedPod) {
    try {
      write(EXPECTED, expected);
      if (expectedPod.isPresent()) {
        write(EXPECTED_POD, expectedPod.get());
      } else {
        Files.deleteIfExists(folder.resolve(EXPECTED_POD));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name();
  }

  private JsonNode read(String fileName) {
    try {
      return JsonPatchLibrary.EXACT.readTree(Files.readString(folder.resolve(fileName)));
    } catch (IOException e) {
      throw new UncheckedIOException(folder + "/" + fileName + ": " + e.getMessage(), e);
    }
  }

  private void write(String fileName, JsonNode json) throws IOException {
    String text =
        JsonPatchLibrary.EXACT
            .writer()
            .with(SerializationFeature.INDENT_OUTPUT)
            .writeValueAsString(json);
    Files.writeString(folder.resolve(fileName), text + "\n");
  }

  private record CaseFile(
      String about,
      @Nullable Boolean acceptedByApiServer,
      @Nullable List<String> storedEphemeralContainers,
      @Nullable SettingsFile settings,
      @Nullable IdentityFile identity) {}

  private record SettingsFile(
      @Nullable String annotationPrefix,
      @Nullable String tokenMountPath,
      @Nullable ContainerCredentialsSettings containerCredentials) {
    static final SettingsFile DEFAULT = new SettingsFile(null, null, null);

    InjectionSettings settings() {
      return new InjectionSettings(
          Objects.requireNonNullElse(annotationPrefix, "eks.amazonaws.com"),
          Objects.requireNonNullElse(
              tokenMountPath, "/var/run/secrets/eks.amazonaws.com/serviceaccount"),
          Objects.requireNonNullElse(containerCredentials, ContainerCredentialsSettings.DEFAULT));
    }
  }

  private record IdentityFile(
      @Nullable String role,
      @Nullable Boolean containerCredentials,
      @Nullable String audience,
      @Nullable Long expirationSeconds,
      @Nullable Boolean regionalSts,
      @Nullable String region,
      @Nullable SessionFile session,
      @Nullable List<FindingFile> findings) {
    static final IdentityFile DEFAULT =
        new IdentityFile(null, null, null, null, null, null, null, null);

    Identity identity() {
      boolean container = Objects.equals(containerCredentials, true);
      return new Identity(
          container
              ? new Credentials.Container()
              : new Credentials.WebIdentity(
                  new RoleArn(
                      Objects.requireNonNullElse(role, "arn:aws:iam::111122223333:role/app"))),
          new TokenRequest(
              Objects.requireNonNullElse(
                  audience, container ? "pods.eks.amazonaws.com" : "sts.amazonaws.com"),
              Objects.requireNonNullElse(expirationSeconds, 86400L)),
          Objects.equals(regionalSts, true) ? StsEndpoints.REGIONAL : StsEndpoints.SDK_DEFAULT,
          Optional.ofNullable(region),
          session == null ? SdkSession.SDK_DEFAULT : session.session(),
          findings == null
              ? List.of()
              : findings.stream()
                  .map(found -> Finding.saying(found.reason(), found.message()))
                  .toList());
    }
  }

  /** Values as an account's annotations would have them; the name without places. */
  private record SessionFile(
      @Nullable String name, @Nullable String stsEndpointUrl, @Nullable String endpointUrl) {
    SdkSession session() {
      SessionNameTemplate.Values nothing = new SessionNameTemplate.Values("", "", Optional.empty());
      return new SdkSession(
          Optional.ofNullable(name).map(text -> new SessionNameTemplate(text).fill(nothing)),
          Optional.ofNullable(stsEndpointUrl).map(EndpointUrl::new),
          Optional.ofNullable(endpointUrl).map(EndpointUrl::new));
    }
  }

  private record FindingFile(Reason reason, String message) {}
}
