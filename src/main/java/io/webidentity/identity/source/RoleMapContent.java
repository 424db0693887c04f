package io.webidentity.identity.source;

import io.webidentity.account.AccountKey;
import io.webidentity.identity.RoleMap.Entry;
import io.webidentity.policy.NamespacePattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a role map says, and what in it says nothing. Immutable.
 *
 * <table>
 * <caption>Which entry decides about an account; the first that there is</caption>
 * <tr><th>order</th><th>key</th></tr>
 * <tr><td>1</td><td>{@code namespace/account}</td></tr>
 * <tr><td>2</td><td>a pattern of namespaces: the one with the most characters that stand for
 * themselves; of equals, the first by ASCII</td></tr>
 * <tr><td>3</td><td>{@code *}{@code /account}</td></tr>
 * </table>
 *
 * @param entries by their keys as written, those of {@code broken} included
 * @param patterns entries whose namespace is a pattern, by the account's name, in the order in
 *     which they count
 * @param broken what is wrong with entries that cannot be used, by their keys; what they said last
 *     stays in {@code entries}, or an entry without a role where they never said anything
 * @param notes what was ignored, one sentence each
 */
record RoleMapContent(
    Map<String, Entry> entries,
    Map<String, List<PatternEntry>> patterns,
    Map<String, String> broken,
    List<String> notes) {
  /** No entries. */
  static final RoleMapContent EMPTY = new RoleMapContent(Map.of(), Map.of(), Map.of(), List.of());

  RoleMapContent {
    entries = Map.copyOf(entries);
    patterns = Map.copyOf(patterns);
    broken = Map.copyOf(broken);
    notes = List.copyOf(notes);
  }

  /** The entry that decides about an account. */
  Optional<Entry> find(AccountKey account) {
    Entry exact = entries.get(account.toString());
    if (exact != null) {
      return Optional.of(exact);
    }
    return patterns.getOrDefault(account.name(), List.of()).stream()
        .filter(pattern -> pattern.namespace().matches(account.namespace()))
        .map(PatternEntry::entry)
        .findFirst();
  }

  /** What is wrong with the entry that decides about an account. */
  Optional<String> problem(AccountKey account) {
    return find(account).flatMap(entry -> Optional.ofNullable(broken.get(entry.key())));
  }

  /** What is wrong with entries, if anything is. */
  Optional<String> problem() {
    return broken.values().stream()
        .sorted()
        .findFirst()
        .map(first ->
            broken.size() == 1 ? first : "%s, and %d more".formatted(first, broken.size() - 1));
  }

  /** An entry whose namespace is a pattern. */
  record PatternEntry(NamespacePattern namespace, Entry entry) {}

  /** Puts entries together. */
  static final class Builder {
    private static final Comparator<PatternEntry> ORDER =
        Comparator.comparingInt((PatternEntry pattern) -> -pattern.namespace().literals())
            .thenComparing(pattern -> pattern.entry().key());

    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<String, PatternEntry> patterns = new HashMap<>();
    private final Map<String, String> broken = new HashMap<>();
    private final List<String> notes = new ArrayList<>();

    /** Adds an entry instead of one with this key. */
    void add(NamespacePattern namespace, Entry entry) {
      broken.remove(entry.key());
      if (entries.put(entry.key(), entry) != null) {
        note("\"%s\" is there twice; the last one counts".formatted(entry.key()));
      }
      if (!namespace.exact()) {
        patterns.put(entry.key(), new PatternEntry(namespace, entry));
      }
    }

    /** Adds an entry that says nothing now; what it says in its place is as above. */
    void addBroken(NamespacePattern namespace, Entry instead, String problem) {
      add(namespace, instead);
      broken.put(instead.key(), problem);
    }

    void note(String sentence) {
      notes.add(sentence);
    }

    RoleMapContent build() {
      Map<String, List<PatternEntry>> byAccount = new HashMap<>();
      for (PatternEntry pattern : patterns.values()) {
        String key = pattern.entry().key();
        byAccount
            .computeIfAbsent(key.substring(key.indexOf('/') + 1), _ -> new ArrayList<>())
            .add(pattern);
      }
      byAccount.replaceAll((_, list) -> list.stream().sorted(ORDER).toList());
      return new RoleMapContent(entries, byAccount, broken, notes);
    }
  }
}
