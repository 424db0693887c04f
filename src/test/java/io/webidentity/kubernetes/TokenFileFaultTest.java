package io.webidentity.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.account.AccountKey;
import io.webidentity.account.ClusterServiceAccounts;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.SessionAnnotations;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.kubernetes.FakeApiServer.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kubelet does, or fails to do, with a pod's token while the webhook runs. */
@Timeout(120)
class TokenFileFaultTest {
  private static final AccountKey ORDERS = new AccountKey("shop", "orders");
  private static final AccountKey FRESH = new AccountKey("shop", "fresh");
  private static final Map<String, String> ROLE = Map.of("example.com/role-arn", "r");
  private static final IdentityAnnotations WITH_ROLE =
      new IdentityAnnotations("r", null, null, null, SessionAnnotations.NONE);

  @TempDir Path pod;

  private final FakeApiServer api = FakeApiServer.started();
  private ClusterServiceAccounts accounts = connected();

  /** A file that has no token that can be sent. */
  enum Broken {
    EMPTY {
      @Override
      void write(Path token) throws IOException {
        Files.writeString(token, "");
      }
    },
    BLANK {
      @Override
      void write(Path token) throws IOException {
        Files.writeString(token, " \n\n");
      }
    },
    MISSING {
      @Override
      void write(Path token) throws IOException {
        Files.delete(token);
      }
    },
    FOLDER {
      @Override
      void write(Path token) throws IOException {
        Files.delete(token);
        Files.createDirectory(token);
      }
    },
    NOT_TEXT {
      @Override
      void write(Path token) throws IOException {
        Files.write(token, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
      }
    },
    WITH_A_LINE_BREAK_INSIDE {
      @Override
      void write(Path token) throws IOException {
        Files.writeString(token, "secret\r\nImpersonate-User: admin");
      }
    },
    WITH_A_CONTROL_CHARACTER {
      @Override
      void write(Path token) throws IOException {
        Files.writeString(token, "secret\u0000");
      }
    },
    BEYOND_ASCII {
      @Override
      void write(Path token) throws IOException {
        Files.writeString(token, "sécret");
      }
    };

    abstract void write(Path token) throws IOException;
  }

  @AfterEach
  void stop() {
    accounts.close();
    api.close();
  }

  @ParameterizedTest
  @EnumSource
  void while_the_file_is_broken_the_last_token_counts_and_the_next_one_is_taken(Broken broken)
      throws Exception {
    start("first");

    write(broken);
    api.dropWatches();
    api.put(FRESH, ROLE);
    assertThat(lookUp(FRESH)).isEqualTo(new ObjectLookup.Found<>(WITH_ROLE));
    await().until(() -> accounts.known(FRESH).isPresent());
    assertThat(api.authorizations()).containsOnly("Bearer first");

    Files.deleteIfExists(token());
    Files.writeString(token(), "second");
    assertThat(lookUp(FRESH)).isEqualTo(new ObjectLookup.Found<>(WITH_ROLE));
    assertThat(api.lastAuthorization()).isEqualTo("Bearer second");
  }

  /** Without any file, this would be no pod. */
  @ParameterizedTest
  @EnumSource(names = "MISSING", mode = EnumSource.Mode.EXCLUDE)
  void a_file_that_is_broken_at_the_start_is_read_when_it_is_mended(Broken broken)
      throws Exception {
    api.put(ORDERS, ROLE);
    api.require("first");
    Files.writeString(token(), "x");
    accounts = connected();
    write(broken);
    accounts.start();
    await().until(() -> api.count(Kind.LIST) > 0);
    assertThat(accounts.ready()).isFalse();
    assertThat(lookUp(ORDERS)).isInstanceOf(ObjectLookup.Failed.class);

    Files.deleteIfExists(token());
    Files.writeString(token(), "first");
    await().until(accounts::ready);
    assertThat(accounts.known(ORDERS)).contains(WITH_ROLE);
    assertThat(api.authorizations()).containsOnly("", "Bearer first");
  }

  @ParameterizedTest
  @ValueSource(strings = {"first\n", "first\r\n", " first ", "\tfirst\n\n"})
  void blanks_around_the_token_are_none_of_it(String text) throws Exception {
    start(text);

    assertThat(api.authorizations()).containsOnly("Bearer first");
  }

  @Test
  void a_token_that_is_replaced_is_used_when_the_old_one_is_refused() throws Exception {
    start("first");

    api.require("second");
    api.dropWatches();
    api.put(FRESH, ROLE);
    assertThat(lookUp(FRESH)).isInstanceOf(ObjectLookup.Failed.class);
    Files.writeString(token(), "second");

    assertThat(lookUp(FRESH)).isEqualTo(new ObjectLookup.Found<>(WITH_ROLE));
    await().until(() -> accounts.known(FRESH).isPresent());
  }

  private void write(Broken broken) {
    try {
      broken.write(token());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void start(String token) throws Exception {
    api.put(ORDERS, Map.of());
    Files.writeString(token(), token);
    accounts = connected();
    accounts.start();
    await().until(accounts::ready);
    await().until(() -> api.openWatches() == 1);
  }

  private ClusterServiceAccounts connected() {
    return new ClusterServiceAccounts(
        new AccountSourceSettings.Cluster(
            Optional.empty(), Optional.of(api.url()), Duration.ofSeconds(2)),
        "example.com",
        Clock.systemUTC(),
        System::nanoTime,
        new PodCredentials(Map.of(), pod == null ? Path.of("none") : pod));
  }

  private Path token() {
    return pod.resolve("token");
  }

  private ObjectLookup<IdentityAnnotations> lookUp(AccountKey account) {
    return accounts.lookUpLive(account).toCompletableFuture().join();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(30));
  }
}
