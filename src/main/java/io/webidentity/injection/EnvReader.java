package io.webidentity.injection;

import io.webidentity.jsonpatch.Presence;
import java.io.IOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Reads what a container's environment says of SDKs' variables, without most of its values. */
final class EnvReader {
  /** With its partner, what SDKs look for first. */
  static final String ACCESS_KEY_ID = "AWS_ACCESS_KEY_ID";

  /** Where SDKs may find what the environment does not say. */
  private static final Set<String> CONFIGURATION =
      Set.of("AWS_CONFIG_FILE", "AWS_PROFILE", "AWS_DEFAULT_PROFILE");

  /** What looks for references in one value. */
  private static final long MATCHER_BYTES = 1024;

  /** A name that is found, for each character that it takes in the value. */
  private static final long NAME_BYTES = 24;

  private static final String REFERENCE = "$(" + SdkVariable.COMMON_PREFIX;

  private Presence presence = Presence.MISSING;
  private Set<SdkVariable> variables = Set.of();
  private Map<SdkVariable, Integer> references = Map.of();
  private boolean accessKey;
  private boolean configuration;
  private boolean from;

  /** Reads {@code env}. */
  void readEnv(PodJson json) throws IOException, MalformedPodException {
    presence = json.presence();
    variables = EnumSet.noneOf(SdkVariable.class);
    references = Map.of();
    accessKey = false;
    configuration = false;
    if (json.array()) {
      for (int index = 0; json.nextElement(); index++) {
        readVariable(json, index);
      }
    }
  }

  /** Reads {@code envFrom}. */
  void readEnvFrom(PodJson json) throws IOException, MalformedPodException {
    from = false;
    if (json.array()) {
      while (json.nextElement()) {
        from = true;
        json.skip();
      }
    }
  }

  /** What has been read. */
  Pod.Environment environment() {
    return new Pod.Environment(presence, variables, references, accessKey, configuration, from);
  }

  private void readVariable(PodJson json, int index) throws IOException, MalformedPodException {
    String variable = "";
    String text = "";
    // Of other variables it is nobody's business; names come first, as API servers write them.
    boolean valueMatters = true;
    boolean hasValue = false;
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        switch (name) {
          case "name" -> {
            variable = json.textBeginningWith(SdkVariable.COMMON_PREFIX);
            valueMatters = variable.equals(ACCESS_KEY_ID);
          }
          case "value" -> {
            hasValue |= valueMatters && json.hasText();
            text = json.reference(REFERENCE);
            json.skip();
          }
          case "valueFrom" -> {
            if (valueMatters && json.isObject()) {
              hasValue |= readSource(json);
            } else {
              json.skip();
            }
          }
          default -> json.skip();
        }
      }
    }
    if (!variable.isEmpty()) {
      SdkVariable.named(variable).ifPresent(variables::add);
      accessKey |= variable.equals(ACCESS_KEY_ID) && hasValue;
      configuration |= CONFIGURATION.contains(variable);
    }
    if (!text.isEmpty()) {
      json.take(MATCHER_BYTES + NAME_BYTES * text.length());
      refer(text, index);
    }
  }

  /** Whether there is a source that gives a value; an optional one may not. */
  private static boolean readSource(PodJson json) throws IOException {
    boolean sure = false;
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      boolean key = name.equals("secretKeyRef") || name.equals("configMapKeyRef");
      sure |= !json.absent() && !(key && isOptional(json));
      json.skip();
    }
    return sure;
  }

  private static boolean isOptional(PodJson json) throws IOException {
    boolean optional = false;
    if (json.isObject()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals("optional")) {
          optional = json.isTrue();
        }
        json.skip();
      }
    }
    return optional;
  }

  private void refer(String text, int index) {
    if (references.isEmpty()) {
      references = new EnumMap<>(SdkVariable.class);
    }
    EnvironmentValue.forEachReference(text, variable -> references.putIfAbsent(variable, index));
  }
}
