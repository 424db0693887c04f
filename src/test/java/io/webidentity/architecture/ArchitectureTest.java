package io.webidentity.architecture;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.SimpleConditionEvent.violated;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.webidentity.secret.SecretText;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;

@AnalyzeClasses(packages = "io.webidentity", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String ROOT = "io.webidentity";

  private static final DescribedPredicate<JavaClass> ARE_PURE =
      resideInAnyPackage(
          "io.webidentity.aws..",
          "io.webidentity.injection..",
          "io.webidentity.jsonpatch..",
          "io.webidentity.policy..",
          "io.webidentity.text..");

  private static final DescribedPredicate<JavaClass> STARTS_THREADS =
      equivalentTo(Executors.class)
          .or(assignableTo(Timer.class))
          .or(equivalentTo(Thread.Builder.class))
          .or(equivalentTo(ScheduledExecutorService.class))
          .or(assignableTo(ThreadPoolExecutor.class))
          .or(assignableTo(ForkJoinPool.class));

  /** Each room with the rooms it may use, from the ground up. */
  private static final Map<String, Set<String>> ROOMS =
      Map.ofEntries(
          // Ground: nothing above the JDK and libraries.
          room("aws"),
          room("config"),
          room("jsonpatch"),
          room("manifest", "watch"),
          room("secret"),
          room("text"),
          room("watch"),
          // What a pod gets: pure.
          room("injection", "aws", "jsonpatch", "text"),
          room("policy", "aws"),
          // The way to the API server, and what is read there.
          room("kubernetes", "config", "secret", "watch"),
          room(
              "account", "aws", "config", "injection", "kubernetes", "manifest", "policy", "watch"),
          room(
              "rolepolicy",
              "account",
              "aws",
              "config",
              "kubernetes",
              "manifest",
              "policy",
              "text",
              "watch"),
          // The decision.
          room(
              "identity",
              "account",
              "aws",
              "config",
              "injection",
              "kubernetes",
              "observability",
              "policy",
              "rolepolicy"),
          room(
              "identity.source",
              "account",
              "aws",
              "config",
              "identity",
              "injection",
              "kubernetes",
              "policy",
              "secret",
              "watch"),
          room("decision", "account", "aws", "identity", "injection", "jsonpatch", "kubernetes"),
          // Running pods, compared with what would be decided today.
          room(
              "audit",
              "account",
              "config",
              "decision",
              "event",
              "identity",
              "injection",
              "kubernetes",
              "policy",
              "watch"),
          // The server.
          room("observability", "watch"),
          room("event", "watch"),
          room("certificate", "config", "observability", "secret", "watch"),
          room("http", "observability"),
          room(
              "admission",
              "account",
              "aws",
              "decision",
              "event",
              "http",
              "identity",
              "injection",
              "jsonpatch",
              "kubernetes",
              "observability",
              "secret",
              "watch"),
          room("shadow", "admission", "injection", "jsonpatch", "observability", "watch"),
          room("warmup", "account", "kubernetes", "secret", "watch"),
          room(
              "server",
              "account",
              "audit",
              "admission",
              "aws",
              "certificate",
              "config",
              "decision",
              "event",
              "http",
              "identity",
              "identity.source",
              "injection",
              "kubernetes",
              "observability",
              "policy",
              "rolepolicy",
              "shadow",
              "warmup",
              "watch"),
          // The command line.
          room("cli.flag", "aws", "config", "injection", "text"),
          room("cli.serve", "aws", "cli.flag", "config", "injection", "server"),
          room(
              "cli.inject",
              "account",
              "aws",
              "cli.flag",
              "cli.serve",
              "config",
              "decision",
              "identity",
              "identity.source",
              "injection",
              "jsonpatch",
              "kubernetes",
              "manifest",
              "policy",
              "rolepolicy",
              "watch"),
          room(
              "cli.cluster",
              "account",
              "audit",
              "certificate",
              "cli.flag",
              "cli.inject",
              "cli.serve",
              "config",
              "decision",
              "identity",
              "identity.source",
              "injection",
              "kubernetes",
              "manifest",
              "policy",
              "rolepolicy",
              "secret",
              "watch"),
          room(
              "cli",
              "cli.cluster",
              "cli.flag",
              "cli.inject",
              "cli.serve",
              "secret",
              "server",
              "watch"),
          room("", "cli", "cli.flag", "server"));

  @ArchTest
  static final ArchRule rooms_use_only_the_rooms_below =
      classes()
          .should(
              new ArchCondition<>("use only what its room may use") {
                @Override
                public void check(JavaClass user, ConditionEvents events) {
                  Set<String> allowed = ROOMS.get(roomOf(user));
                  if (allowed == null) {
                    events.add(violated(user, user.getPackageName() + " is no room of this table"));
                    return;
                  }
                  for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
                    String used = roomOf(dependency.getTargetClass());
                    if (isOurs(dependency.getTargetClass())
                        && !used.equals(roomOf(user))
                        && !allowed.contains(used)) {
                      events.add(violated(dependency, dependency.getDescription()));
                    }
                  }
                }
              });

  /** Where a secret leaves its type: a protocol or a parser needs the text. */
  @ArchTest
  static final ArchRule secrets_are_exposed_only_here =
      noClasses()
          .that()
          .haveNameNotMatching(
              ".*\\.(LoopbackClient|InstanceMetadata|Pem|Sts|TokenChecks|TokenClaims|TokenFile)")
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
  static final ArchRule rooms_have_no_circles =
      SlicesRuleDefinition.slices().matching("io.webidentity.(**)").should().beFreeOfCycles();

  private static Map.Entry<String, Set<String>> room(String name, String... used) {
    return Map.entry(name, Set.of(used));
  }

  private static boolean isOurs(JavaClass used) {
    return used.getPackageName().startsWith(ROOT);
  }

  private static String roomOf(JavaClass used) {
    String name = used.getPackageName();
    return name.equals(ROOT) || !isOurs(used) ? "" : name.substring(ROOT.length() + 1);
  }
}
