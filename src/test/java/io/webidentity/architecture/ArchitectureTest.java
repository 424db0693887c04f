package io.webidentity.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.Arrays;
import java.util.stream.Stream;

@AnalyzeClasses(packages = "io.webidentity", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest static final ArchRule main_uses_only_cli = mayUse("io.webidentity", "cli");
  @ArchTest static final ArchRule config_uses_no_other_package = mayUse("config");

  @ArchTest
  static final ArchRule admission_decides_through_identity_and_injection =
      mayUse("admission", "identity", "injection", "jsonpatch", "observability");

  @ArchTest static final ArchRule injection_uses_only_jsonpatch = mayUse("injection", "jsonpatch");
  @ArchTest static final ArchRule jsonpatch_uses_no_other_package = mayUse("jsonpatch");

  @ArchTest
  static final ArchRule identity_uses_config_and_injection =
      mayUse("identity", "config", "injection", "observability");

  @ArchTest
  static final ArchRule certificate_uses_only_observability =
      mayUse("certificate", "observability");

  @ArchTest static final ArchRule observability_uses_no_other_package = mayUse("observability");

  @ArchTest
  static final ArchRule pure_packages_know_nothing_of_the_outside =
      noClasses()
          .that()
          .resideInAnyPackage("io.webidentity.injection..", "io.webidentity.jsonpatch..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "io.fabric8..",
                  "io.micronaut..",
                  "io.netty..",
                  "com.fasterxml.jackson.databind..",
                  "org.slf4j..",
                  "java.io.File",
                  "java.nio.file..",
                  "java.net..",
                  "java.time.."));

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
                .or(
                    com.tngtech.archunit.base.DescribedPredicate.not(
                        resideInAPackage("io.webidentity.."))));
  }

  private static String qualified(String name) {
    return name.startsWith("io.") ? name : "io.webidentity." + name;
  }
}
