package io.webidentity.architecture;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.webidentity.secret.SecretText;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.Stream;

@AnalyzeClasses(packages = "io.webidentity", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final DescribedPredicate<JavaClass> ARE_PURE =
      resideInAnyPackage(
          "io.webidentity.injection..", "io.webidentity.jsonpatch..", "io.webidentity.policy..");

  private static final DescribedPredicate<JavaClass> STARTS_THREADS =
      equivalentTo(Executors.class)
          .or(assignableTo(Timer.class))
          .or(equivalentTo(Thread.Builder.class))
          .or(equivalentTo(ScheduledExecutorService.class))
          .or(assignableTo(ThreadPoolExecutor.class))
          .or(assignableTo(ForkJoinPool.class));

  @ArchTest static final ArchRule main_uses_only_cli = mayUse("io.webidentity", "cli");
  @ArchTest static final ArchRule config_uses_no_other_package = mayUse("config");

  @ArchTest
  static final ArchRule admission_decides_through_identity_and_injection =
      mayUse(
          "admission",
          "decision",
          "http",
          "identity",
          "injection",
          "jsonpatch",
          "observability",
          "secret",
          "watch");

  @ArchTest
  static final ArchRule decision_asks_identity_and_injection =
      mayUse("decision", "identity", "injection");

  @ArchTest static final ArchRule injection_uses_only_jsonpatch = mayUse("injection", "jsonpatch");
  @ArchTest static final ArchRule jsonpatch_uses_no_other_package = mayUse("jsonpatch");

  @ArchTest static final ArchRule policy_uses_only_injection = mayUse("policy", "injection");

  @ArchTest
  static final ArchRule identity_uses_config_injection_and_policy =
      mayUse("identity", "config", "injection", "observability", "policy", "secret", "watch");

  @ArchTest
  static final ArchRule certificate_uses_config =
      mayUse("certificate", "config", "observability", "secret", "watch");

  @ArchTest
  static final ArchRule shadow_asks_and_compares_beside_admission =
      mayUse("shadow", "admission", "injection", "jsonpatch", "observability", "watch");

  @ArchTest
  static final ArchRule warm_up_uses_identity_and_watch =
      mayUse("warmup", "identity", "secret", "watch");

  @ArchTest
  static final ArchRule http_knows_nothing_of_what_is_asked = mayUse("http", "observability");

  @ArchTest static final ArchRule watch_uses_no_other_package = mayUse("watch");
  @ArchTest static final ArchRule secret_uses_no_other_package = mayUse("secret");

  /** Where a secret leaves its type: a protocol or a parser needs the text. */
  @ArchTest
  static final ArchRule secrets_are_exposed_only_here =
      noClasses()
          .that()
          .haveNameNotMatching(".*\\.(LoopbackClient|InstanceMetadata|Pem|PodToken|TokenFile)")
          .should()
          .callMethod(SecretText.class, "exposeSecret");

  /** Records print their components, and messages their arguments: SecretText shows nothing. */
  @ArchTest
  static final ArchRule what_is_named_as_a_secret_is_no_text =
      noFields()
          .that()
          .haveNameMatching("(?i).*(token|password|passphrase|privatekey|credential)")
          .should()
          .haveRawType(
              assignableTo(CharSequence.class)
                  .or(equivalentTo(Optional.class))
                  .or(equivalentTo(char[].class)));

  @ArchTest static final ArchRule observability_uses_only_watch = mayUse("observability", "watch");

  @ArchTest
  static final ArchRule pure_packages_know_nothing_of_the_outside =
      classes()
          .that(ARE_PURE)
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                      "io.webidentity..",
                      "com.fasterxml.jackson.core..",
                      "com.google.re2j..",
                      "java.lang..",
                      "java.math..",
                      "java.util",
                      "java.util.function..",
                      "java.util.regex..",
                      "java.util.stream..",
                      "org.jspecify.annotations..")
                  .or(equivalentTo(IOException.class))
                  .or(resideInAPackage("")));

  @ArchTest
  static final ArchRule pure_packages_ask_neither_clock_nor_environment_nor_chance =
      noClasses()
          .that(ARE_PURE)
          .should()
          .dependOnClassesThat(
              equivalentTo(Thread.class)
                  .or(equivalentTo(Random.class))
                  .or(equivalentTo(java.util.Date.class))
                  .or(equivalentTo(Runtime.class)))
          .orShould()
          .accessClassesThat(equivalentTo(System.class));

  /**
   * A thread that somebody starts by hand dies of the first Error, and nobody notices. Timers of
   * Netty's event loops are not meant: they end with their connection.
   */
  @ArchTest
  static final ArchRule nobody_starts_threads_or_schedules_by_hand =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.webidentity.watch")
          .should()
          .accessTargetWhere(target(owner(STARTS_THREADS)))
          .orShould()
          .accessTargetWhere(
              target(owner(equivalentTo(Thread.class)))
                  .and(target(nameMatching("<init>|ofPlatform|ofVirtual|startVirtualThread"))))
          .orShould()
          .accessTargetWhere(
              target(owner(equivalentTo(CompletableFuture.class)))
                  .and(target(nameMatching("runAsync|supplyAsync|delayedExecutor"))))
          .orShould()
          .accessTargetWhere(
              target(owner(equivalentTo(Runtime.class)))
                  .and(target(nameMatching("addShutdownHook"))))
          .because(
              "io.webidentity.watch has RepeatedLook for loops and Threads for everything else");

  @ArchTest
  static final ArchRule there_are_no_cycles =
      SlicesRuleDefinition.slices().matching("io.webidentity.(*)..").should().beFreeOfCycles();

  private static ArchRule mayUse(String user, String... used) {
    String[] allowed =
        Stream.concat(Stream.of(user), Arrays.stream(used))
            .map(ArchitectureTest::qualified)
            .toArray(String[]::new);
    return classes()
        .that()
        .resideInAPackage(qualified(user))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(allowed)
                .or(DescribedPredicate.not(resideInAPackage("io.webidentity.."))));
  }

  private static String qualified(String name) {
    return name.startsWith("io.") ? name : "io.webidentity." + name;
  }
}
