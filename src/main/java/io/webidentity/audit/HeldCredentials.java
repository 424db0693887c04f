package io.webidentity.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.injection.SdkVariable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a container has of credentials, as its pod shows it; each part is empty where it has none.
 *
 * @param source the role; for container credentials, the URI that SDKs ask
 * @param tokenFile where SDKs look for the token
 * @param volume name of the volume that has the token there
 * @param audience the token's audience
 */
public record HeldCredentials(String source, String tokenFile, String volume, String audience) {
  /** Nothing. */
  public static final HeldCredentials NONE = new HeldCredentials("", "", "", "");

  /** In the order in which SDKs look for credentials. */
  private static final List<Method> METHODS =
      List.of(
          new Method(
              SdkVariable.ROLE_ARN.variableName(),
              SdkVariable.WEB_IDENTITY_TOKEN_FILE.variableName()),
          new Method(
              SdkVariable.CONTAINER_CREDENTIALS_FULL_URI.variableName(),
              SdkVariable.CONTAINER_AUTHORIZATION_TOKEN_FILE.variableName()));

  /** The variables that say what to ask for, and where the token is. */
  private record Method(String source, String tokenFile) {
    boolean has(String variable) {
      return variable.equals(source) || variable.equals(tokenFile);
    }
  }

  /** Whether SDKs can use them. */
  public boolean complete() {
    return !source.isEmpty() && !tokenFile.isEmpty() && !audience.isEmpty();
  }

  /** Whether they are those of a role by web identity. An agent's URI has a scheme of HTTP. */
  public boolean isOfRole() {
    return complete() && !source.startsWith("http");
  }

  /** The parts in words. */
  public String words() {
    return equals(NONE)
        ? "no credentials"
        : "%s, token file %s, audience %s"
            .formatted(shown(source), shown(tokenFile), shown(audience));
  }

  private static String shown(String part) {
    return part.isEmpty() ? "none" : part;
  }

  /** What each container of a pod has, init containers first. */
  public static Map<String, HeldCredentials> of(JsonNode pod) {
    List<Token> tokens = tokens(pod.path("spec").path("volumes"));
    Map<String, HeldCredentials> held = new LinkedHashMap<>();
    for (JsonNode container : containers(pod)) {
      held.put(container.path("name").asText(""), of(container, tokens));
    }
    return held;
  }

  /** All containers of a pod, init containers first. */
  public static List<JsonNode> containers(JsonNode pod) {
    List<JsonNode> all = new ArrayList<>();
    pod.path("spec").path("initContainers").forEach(all::add);
    pod.path("spec").path("containers").forEach(all::add);
    return all;
  }

  /** Whether a variable is one that {@link #of} reads. */
  public static boolean isVariable(String name) {
    return METHODS.stream().anyMatch(method -> method.has(name));
  }

  /** Where a projected volume has a token. */
  private record Token(String volume, String path, String audience) {}

  private static List<Token> tokens(JsonNode volumes) {
    List<Token> tokens = new ArrayList<>();
    for (JsonNode volume : volumes) {
      for (JsonNode source : volume.path("projected").path("sources")) {
        JsonNode token = source.path("serviceAccountToken");
        if (token.isObject()) {
          tokens.add(
              new Token(
                  volume.path("name").asText(""),
                  token.path("path").asText(""),
                  token.path("audience").asText("")));
        }
      }
    }
    return tokens;
  }

  private static HeldCredentials of(JsonNode container, List<Token> tokens) {
    Map<String, String> values = new HashMap<>();
    for (JsonNode variable : container.path("env")) {
      String value =
          variable.has("valueFrom") ? "(from elsewhere)" : variable.path("value").asText("");
      values.put(variable.path("name").asText(""), value);
    }
    for (Method method : METHODS) {
      String source = values.getOrDefault(method.source(), "");
      String tokenFile = values.getOrDefault(method.tokenFile(), "");
      if (!source.isEmpty() || !tokenFile.isEmpty()) {
        return of(source, tokenFile, container.path("volumeMounts"), tokens);
      }
    }
    return NONE;
  }

  private static HeldCredentials of(
      String source, String tokenFile, JsonNode mounts, List<Token> tokens) {
    // On Windows the container sees the mount below C:.
    String path = tokenFile.replaceFirst("^C:", "").replace('\\', '/');
    for (JsonNode mount : mounts) {
      String folder = mount.path("mountPath").asText("").replaceFirst("/+$", "");
      for (Token token : tokens) {
        if (token.volume().equals(mount.path("name").asText(""))
            && path.equals(folder + "/" + token.path())) {
          return new HeldCredentials(source, tokenFile, token.volume(), token.audience());
        }
      }
    }
    return new HeldCredentials(source, tokenFile, "", "");
  }
}
