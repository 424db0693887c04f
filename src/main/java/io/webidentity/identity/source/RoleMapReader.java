package io.webidentity.identity.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.account.AccountKey;
import io.webidentity.identity.RoleMap.Entry;
import io.webidentity.policy.InvalidPolicyException;
import io.webidentity.policy.NamespacePattern;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a role map: {@code {"shop/orders":{"RoleARN":"…","Audience":"…","UseRegionalSTS":true,
 * "TokenExpiration":3600}}}, as Go's {@code encoding/json} does for amazon-eks-pod-identity-webhook
 * (names of fields without regard to case, {@code null} as if absent, the last of two counts), but
 * entry by entry: one that is broken takes no other with it.
 *
 * <table>
 * <caption>What is wrong, and what comes of it</caption>
 * <tr><th>found</th><th>result</th></tr>
 * <tr><td>not JSON, or no object</td><td>nothing is taken</td></tr>
 * <tr><td>a key that can be no account's</td><td>ignored, with a note</td></tr>
 * <tr><td>an entry that is no object, a field of a wrong type</td><td>the entry says what it said
 * before; no role if it said nothing, and then no wider pattern counts in its place</td></tr>
 * <tr><td>a field of another name; a key twice</td><td>a note; the last of the two counts</td></tr>
 * </table>
 */
final class RoleMapReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RoleMapContent before;
  private final RoleMapContent.Builder content = new RoleMapContent.Builder();

  private RoleMapReader(RoleMapContent before) {
    this.before = before;
  }

  /**
   * The map that is written so. Pure.
   *
   * @param before what was read last, for entries that cannot be read now
   * @throws UnusableContentException with what is wrong with the whole, and what to do
   */
  static RoleMapContent read(String text, RoleMapContent before) throws UnusableContentException {
    RoleMapReader reader = new RoleMapReader(before);
    try (JsonParser json = JSON.createParser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new UnusableContentException("it is no JSON object; write {} for no entries");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        json.nextToken();
        reader.add(key, JSON.readTree(json));
      }
      if (json.nextToken() != null) {
        throw new UnusableContentException("something follows the JSON object; remove it");
      }
    } catch (JsonProcessingException e) {
      throw new UnusableContentException(
          "line %d is not JSON".formatted(e.getLocation().getLineNr()), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // There is no I/O in a text.
    }
    return reader.content.build();
  }

  private void add(String key, JsonNode value) {
    int slash = key.indexOf('/');
    if (slash < 0) {
      content.note("\"%s\" has no slash; write namespace/account".formatted(key));
      return;
    }
    NamespacePattern namespace;
    try {
      namespace = NamespacePattern.of(key.substring(0, slash));
    } catch (InvalidPolicyException e) {
      content.note("\"%s\": the namespace %s".formatted(key, e.getMessage()));
      return;
    }
    if (!new AccountKey("any", key.substring(slash + 1)).possible()) {
      content.note("\"%s\": no ServiceAccount has that name; write a whole one".formatted(key));
      return;
    }
    try {
      content.add(namespace, entry(key, value));
    } catch (UnusableContentException e) {
      Entry last = before.entries().get(key);
      Entry none = new Entry(key, "", Optional.empty(), false, 0);
      content.addBroken(namespace, last == null ? none : last, String.valueOf(e.getMessage()));
    }
  }

  private Entry entry(String key, JsonNode value) throws UnusableContentException {
    if (!value.isObject()) {
      throw new UnusableContentException("\"%s\" is no object".formatted(key));
    }
    Optional<String> role = Optional.empty();
    Optional<String> audience = Optional.empty();
    boolean regional = false;
    long expiration = 0;
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      JsonNode found = field.getValue();
      String name = "\"%s\": %s".formatted(key, field.getKey());
      switch (field.getKey().toLowerCase(Locale.ROOT)) {
        case "rolearn" -> role = text(name, found);
        case "audience" -> audience = text(name, found);
        case "useregionalsts" -> regional = bool(name, found);
        case "tokenexpiration" -> expiration = seconds(name, found);
        default -> content.note(name + " is no field of an entry");
      }
    }
    return new Entry(key, role.orElse(""), audience, regional, expiration);
  }

  private static Optional<String> text(String name, JsonNode value)
      throws UnusableContentException {
    if (value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw new UnusableContentException(name + " is no text");
    }
    return Optional.of(value.textValue());
  }

  private static boolean bool(String name, JsonNode value) throws UnusableContentException {
    if (!value.isBoolean() && !value.isNull()) {
      throw new UnusableContentException(name + " is neither true nor false");
    }
    return value.booleanValue();
  }

  /** The nearest of 64 bits; what is beyond a token's limits is said where it counts. */
  private static long seconds(String name, JsonNode value) throws UnusableContentException {
    if (value.isNull()) {
      return 0;
    }
    if (!value.isIntegralNumber()) {
      throw new UnusableContentException(name + " is no whole number");
    }
    if (value.canConvertToLong()) {
      return value.longValue();
    }
    return value.bigIntegerValue().signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
  }
}
