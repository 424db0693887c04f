package io.webidentity.identity.source;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.webidentity.account.AccountKey;
import io.webidentity.watch.UnusableContentException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Accounts that get container credentials: {@code
 * {"identities":[{"namespace":"shop","serviceAccount":"orders"}]}}, read as the reference reads it
 * (names of members without regard to case, unknown ones ignored), and with {@code *} for every
 * namespace or every account of one. Immutable.
 *
 * @param accounts keys as {@link AccountKey#toString} has them, {@code *} included
 * @param ignored entries without a namespace or an account, one sentence each
 */
record ContainerCredentialsList(Set<String> accounts, List<String> ignored) {
  /** No account. */
  static final ContainerCredentialsList EMPTY = new ContainerCredentialsList(Set.of(), List.of());

  private static final String ANY = "*";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * Reads a file's text; blanks alone are an empty list.
   *
   * @param file its name, for messages
   * @throws UnusableContentException if it is not such a list
   */
  static ContainerCredentialsList parse(String text, String file) throws UnusableContentException {
    if (text.isBlank()) {
      return EMPTY;
    }
    try {
      Content content = JSON.readValue(text, Content.class);
      return content == null || content.identities() == null ? EMPTY : of(content.identities());
    } catch (JsonMappingException e) {
      throw new UnusableContentException(
          "%s is not a list of identities; write {\"identities\":[{\"namespace\":\"…\",\"serviceAccount\":\"…\"}]}"
              .formatted(file),
          e);
    } catch (JsonProcessingException e) {
      throw new UnusableContentException(
          "%s is not JSON (line %d)".formatted(file, e.getLocation().getLineNr()), e);
    }
  }

  private static ContainerCredentialsList of(List<@Nullable Entry> entries) {
    Set<String> accounts = new HashSet<>();
    List<String> ignored = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (entry == null || empty(entry.namespace()) || empty(entry.serviceAccount())) {
        ignored.add(
            "identities[%d] lacks its namespace or serviceAccount and was ignored".formatted(i));
      } else {
        accounts.add(entry.namespace() + "/" + entry.serviceAccount());
      }
    }
    return new ContainerCredentialsList(Set.copyOf(accounts), List.copyOf(ignored));
  }

  private static boolean empty(@Nullable String text) {
    return text == null || text.isEmpty();
  }

  /** Whether the account is listed. */
  boolean contains(AccountKey account) {
    return !accounts.isEmpty()
        && (accounts.contains(account.toString())
            || accounts.contains(account.namespace() + "/" + ANY)
            || accounts.contains(ANY + "/" + account.name())
            || accounts.contains(ANY + "/" + ANY));
  }

  /** How many entries there are. */
  int size() {
    return accounts.size();
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Content(@Nullable List<@Nullable Entry> identities) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Entry(@Nullable String namespace, @Nullable String serviceAccount) {}
}
