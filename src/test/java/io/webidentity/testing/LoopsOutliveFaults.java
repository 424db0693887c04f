package io.webidentity.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webidentity.watch.RepeatedLook;
import java.time.Duration;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every loop looks again after whatever was thrown at what it looks at. A package whose classes
 * have loops extends this, and lists them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class LoopsOutliveFaults {
  /** The loops of the package. */
  protected abstract Stream<LoopCase> loops();

  Stream<Arguments> cases() {
    return loops().flatMap(loop -> Faults.all().map(fault -> Arguments.of(loop, fault)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("cases")
  void looks_again_whatever_was_thrown(LoopCase loopCase, Throwable fault) {
    Faults faults = new Faults();
    try (RepeatedLook loop = loopCase.made().apply(faults)) {
      loop.start();
      looked(loop, faults, 1);
      long errors = loop.errors();

      faults.throwNext(fault);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> {
            loop.wake();
            return faults.thrown() == 1;
          });

      looked(loop, faults, faults.looks() + 2);
      assertThat(loop.errors()).isGreaterThan(errors);
    }
  }

  private static void looked(RepeatedLook loop, Faults faults, int times) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          loop.wake();
          return faults.looks() >= times;
        });
  }

  /**
   * A loop.
   *
   * @param made makes it, not started; it looks at the faults
   */
  public record LoopCase(String name, Function<Faults, RepeatedLook> made) {
    @Override
    public String toString() {
      return name;
    }
  }
}
