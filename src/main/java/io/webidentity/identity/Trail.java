package io.webidentity.identity;

import io.webidentity.aws.EndpointUrl;
import io.webidentity.injection.Annotation;
import io.webidentity.injection.Finding;
import io.webidentity.injection.SessionNameTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is noted while a decision is made: what was surprising and, for whoever wants to read how
 * the decision came about, each source that was asked and each setting with its origin. One thread
 * at a time writes it.
 */
public final class Trail {
  /** Where an identity may come from, in the order of docs/contract.md, "Which identity". */
  public enum Source {
    CONTAINER_CREDENTIALS("container credentials file"),
    SERVICE_ACCOUNT("ServiceAccount"),
    ROLE_MAP("ConfigMap of roles"),
    NAMESPACE("Namespace"),
    ROLE_POLICY("role policy");

    private final String noun;

    Source(String noun) {
      this.noun = noun;
    }

    /** What people call it. */
    public String noun() {
      return noun;
    }
  }

  /**
   * What one source answered.
   *
   * @param text a clause without a verb of the webhook's, such as {@code no role annotation}
   */
  public record Answer(Source source, String text) {}

  /**
   * A setting that the pod gets.
   *
   * @param key annotation key, or the part of one that all prefixes share
   * @param value as it was written there; empty for none
   * @param holder who has it; empty where the webhook's flags decide
   */
  public record Setting(String key, String value, Optional<Annotation.Holder> holder) {}

  /** Null where nobody reads them: most trails are of decisions that nobody asks about. */
  private final @Nullable List<Answer> answers;

  private final @Nullable List<Setting> settings;
  private List<Finding> findings = List.of();

  private Trail(boolean complete) {
    this.answers = complete ? new ArrayList<>() : null;
    this.settings = complete ? new ArrayList<>() : null;
  }

  /** Keeps findings alone: nobody reads the rest. */
  public static Trail ofFindings() {
    return new Trail(false);
  }

  /** Keeps everything. */
  public static Trail complete() {
    return new Trail(true);
  }

  /** What each source answered that was asked, in this order. */
  public List<Answer> answers() {
    return answers == null ? List.of() : List.copyOf(answers);
  }

  /** The settings of the identity, each once. */
  public List<Setting> settings() {
    return settings == null ? List.of() : List.copyOf(settings);
  }

  /** What was surprising so far. */
  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  void add(Finding finding) {
    if (findings.isEmpty()) {
      findings = new ArrayList<>();
    }
    findings.add(finding);
  }

  void answer(Source source, String text) {
    if (answers != null) {
      answers.add(new Answer(source, text));
    }
  }

  /** An answer with something that is quoted. */
  void answer(Source source, String text, Object quoted) {
    if (answers != null) {
      answers.add(new Answer(source, text.formatted(quoted)));
    }
  }

  /** A setting that an object has. */
  void setting(Annotation.Holder holder, String key, String value) {
    if (settings != null) {
      settings.add(new Setting(key, value, Optional.of(holder)));
    }
  }

  /** A setting that the flags decide. */
  void flag(String key, @Nullable Object value) {
    if (settings != null) {
      settings.add(new Setting(key, text(value), Optional.empty()));
    }
  }

  private static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case Optional<?> optional -> optional.map(Trail::text).orElse("");
      case EndpointUrl url -> url.value();
      case SessionNameTemplate template -> template.text();
      default -> value.toString();
    };
  }
}
