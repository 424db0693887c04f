package io.webidentity.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameSetTest {
  private static final KeyedHash HASH = new KeyedHash(20261122, 1);

  private final NameSet set = new NameSet(HASH);

  @Test
  void it_has_what_was_added_and_nothing_else() {
    assertThat(set.contains("shop/orders")).isFalse();
    assertThat(set.add("shop/orders")).isTrue();
    assertThat(set.add("shop/orders")).isFalse();

    assertThat(set.contains("shop/orders")).isTrue();
    assertThat(set.contains("shop/order")).isFalse();
    assertThat(set.contains("")).isFalse();
    assertThat(set.size()).isEqualTo(1);

    assertThat(set.remove("shop/orders")).isTrue();
    assertThat(set.remove("shop/orders")).isFalse();
    assertThat(set.contains("shop/orders")).isFalse();
    assertThat(set.size()).isZero();
  }

  @Test
  void names_beyond_ascii_are_names_like_others() {
    List<String> names = List.of("größe/日本", "grösse/日本", "emoji/😀", "emoji/😁", "", "\0");
    names.forEach(set::add);

    assertThat(names).allMatch(set::contains);
    assertThat(set.size()).isEqualTo(names.size());
    set.remove("emoji/😀");
    assertThat(set.contains("emoji/😁")).isTrue();
    assertThat(set.contains("emoji/😀")).isFalse();
  }

  /** Adds and removes at random, in a table that is nearly empty, and in one that has to grow. */
  @ParameterizedTest
  @ValueSource(ints = {5, 100, 5_000})
  void it_is_like_a_set_of_the_names_themselves(int names) {
    Random random = new Random(names);
    Set<String> expected = new HashSet<>();
    for (int step = 0; step < 50_000; step++) {
      String name = "team-" + random.nextInt(names);
      if (random.nextBoolean()) {
        assertThat(set.add(name)).isEqualTo(expected.add(name));
      } else {
        assertThat(set.remove(name)).isEqualTo(expected.remove(name));
      }
      assertThat(set.size()).isEqualTo(expected.size());
    }
    for (int i = 0; i < names; i++) {
      assertThat(set.contains("team-" + i)).isEqualTo(expected.contains("team-" + i));
    }
  }

  @Test
  void what_another_set_does_not_have_can_be_removed() {
    NameSet other = new NameSet(HASH);
    IntStream.range(0, 1000).forEach(i -> set.add("team-" + i));
    IntStream.range(500, 2000).forEach(i -> other.add("team-" + i));

    set.retainAll(other);

    assertThat(set.size()).isEqualTo(500);
    assertThat(IntStream.range(0, 3000).filter(i -> set.contains("team-" + i)))
        .hasSize(500)
        .allMatch(i -> i >= 500 && i < 1000);
    set.retainAll(new NameSet(HASH));
    assertThat(set.size()).isZero();
    assertThat(set.add("team-1")).isTrue();
  }

  /**
   * What stays must be found in every state of the table: removed places, growth, smaller again.
   */
  @Test
  void readers_never_miss_a_name_while_others_come_and_go() throws Exception {
    List<String> staying = IntStream.range(0, 200).mapToObj(i -> "stays-" + i).toList();
    staying.forEach(set::add);
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Future<Boolean>> readers =
          IntStream.range(0, 3)
              .mapToObj(_ -> threads.submit(() -> allFound(staying, done)))
              .toList();
      for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 5_000; i++) {
          set.add("comes-" + i);
        }
        for (int i = 0; i < 5_000; i++) {
          set.remove("comes-" + i);
        }
      }
      done.set(true);
      for (Future<Boolean> reader : readers) {
        assertThat(reader.get()).isTrue();
      }
    }
    assertThat(set.size()).isEqualTo(200);
  }

  private boolean allFound(List<String> staying, AtomicBoolean done) {
    boolean found = true;
    do {
      found &= staying.stream().allMatch(set::contains) && !set.contains("never there");
    } while (!done.get());
    return found;
  }
}
