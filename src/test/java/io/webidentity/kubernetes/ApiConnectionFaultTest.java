package io.webidentity.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.account.AccountKey;
import io.webidentity.account.ClusterServiceAccounts;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.SessionAnnotations;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.testing.TestNames;
import io.webidentity.testing.cluster.Kubeconfig;
import io.webidentity.testing.server.TestAuthority;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps the webhook from its API server before a request is sent, over TLS and by name. */
@Timeout(180)
class ApiConnectionFaultTest {
  private static final TestAuthority AUTHORITY = new TestAuthority();
  private static final AccountKey OLD = new AccountKey("shop", "old");
  private static final AccountKey PLAIN = new AccountKey("shop", "plain");
  private static final AccountKey FRESH = new AccountKey("shop", "fresh");
  private static final Map<String, String> ROLE = Map.of("example.com/role-arn", "r");
  private static final IdentityAnnotations WITH_ROLE =
      new IdentityAnnotations("r", null, null, null, SessionAnnotations.NONE);

  private final FakeApiServer api = FakeApiServer.stopped();
  private final String name = "api-%d.names.test".formatted(api.port());

  @TempDir Path folder;

  /** What goes wrong, and what the webhook says of it. */
  enum Fault {
    REFUSED("connection refused") {
      @Override
      void begin(FakeApiServer api, String name) {
        // Nothing listens.
      }
    },
    UNTRUSTED_CERTIFICATE("does not match") {
      @Override
      void begin(FakeApiServer api, String name) {
        api.start(new TestAuthority().serverContext(name));
      }
    },
    CERTIFICATE_OF_ANOTHER_NAME("names.test") {
      @Override
      void begin(FakeApiServer api, String name) {
        api.start(AUTHORITY.serverContext("other.names.test"));
      }
    },
    NO_TLS("did not answer within") {
      @Override
      void begin(FakeApiServer api, String name) {
        api.start();
      }
    },
    NAME_WITHOUT_ADDRESS("its name has no address") {
      @Override
      void begin(FakeApiServer api, String name) {
        TestNames.remove(name);
      }
    };

    private final String problem;

    Fault(String problem) {
      this.problem = problem;
    }

    abstract void begin(FakeApiServer api, String name);
  }

  @AfterEach
  void stop() {
    TestNames.remove(name);
    api.close();
  }

  @ParameterizedTest
  @EnumSource
  void what_is_known_counts_the_rest_is_not_decided_and_it_recovers_by_itself(Fault fault)
      throws Exception {
    TestNames.add(name);
    api.put(OLD, ROLE);
    api.put(PLAIN, Map.of());
    api.start(AUTHORITY.serverContext(name));
    try (ClusterServiceAccounts accounts = connected()) {
      accounts.start();
      await().until(accounts::ready);

      api.stop();
      fault.begin(api, name);
      api.put(FRESH, ROLE);
      assertThat(accounts.known(OLD)).contains(WITH_ROLE);
      await()
          .untilAsserted(() ->
              assertThat(lookUp(accounts, FRESH))
                  .isInstanceOfSatisfying(
                      ObjectLookup.Failed.class,
                      failed -> assertThat(failed.message()).contains(fault.problem)));

      api.stop();
      TestNames.add(name);
      api.start(AUTHORITY.serverContext(name));
      await().until(() -> accounts.known(FRESH).isPresent());
      assertThat(lookUp(accounts, FRESH)).isEqualTo(new ObjectLookup.Found<>(WITH_ROLE));
      assertThat(accounts.known(PLAIN)).isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void a_redirection_is_not_followed(int status) throws Exception {
    TestNames.add(name);
    api.put(OLD, ROLE);
    api.start(AUTHORITY.serverContext(name));
    try (FakeApiServer elsewhere = FakeApiServer.started();
        ClusterServiceAccounts accounts = connected()) {
      elsewhere.put(FRESH, ROLE);
      accounts.start();
      await().until(accounts::ready);

      api.redirect(status, elsewhere.url());
      api.dropWatches();
      assertThat(lookUp(accounts, FRESH))
          .isInstanceOfSatisfying(
              ObjectLookup.Failed.class,
              failed -> assertThat(failed.message()).contains(Integer.toString(status)));
      await().until(() -> accounts.statistics().watchAge().isPresent());
      api.redirect(0, null);
      api.put(FRESH, ROLE);

      await().until(() -> accounts.known(FRESH).isPresent());
      assertThat(elsewhere.authorizations()).isEmpty();
    }
  }

  @Test
  void an_api_server_without_an_address_at_the_start_is_waited_for() throws Exception {
    api.put(OLD, ROLE);
    api.start(AUTHORITY.serverContext(name));
    try (ClusterServiceAccounts accounts = connected()) {
      accounts.start();
      assertThat(lookUp(accounts, OLD)).isInstanceOf(ObjectLookup.Failed.class);
      assertThat(accounts.ready()).isFalse();

      TestNames.add(name);
      await().until(accounts::ready);
      assertThat(accounts.known(OLD)).contains(WITH_ROLE);
    }
  }

  @Test
  void a_new_authority_of_the_cluster_needs_no_restart() throws Exception {
    TestAuthority renewed = new TestAuthority();
    AtomicLong skippedNanos = new AtomicLong();
    TestNames.add(name);
    api.put(OLD, ROLE);
    api.start(AUTHORITY.serverContext(name));
    Files.writeString(folder.resolve("token"), "secret-token");
    Files.writeString(folder.resolve("ca.crt"), AUTHORITY.pem());
    try (ClusterServiceAccounts accounts =
        new ClusterServiceAccounts(
            new AccountSourceSettings.Cluster(
                Optional.empty(), Optional.empty(), Duration.ofSeconds(2)),
            "example.com",
            Clock.systemUTC(),
            () -> System.nanoTime() + skippedNanos.get(),
            inPod())) {
      accounts.start();
      await().until(accounts::ready);

      api.stop();
      api.start(renewed.serverContext(name));
      api.put(FRESH, ROLE);
      Files.writeString(folder.resolve("ca.crt"), renewed.pem());
      skippedNanos.set(Duration.ofSeconds(11).toNanos());

      await().until(() -> accounts.known(FRESH).isPresent());
      assertThat(lookUp(accounts, FRESH)).isEqualTo(new ObjectLookup.Found<>(WITH_ROLE));
    }
  }

  private PodCredentials inPod() {
    return new PodCredentials(
        Map.of(
            "KUBERNETES_SERVICE_HOST",
            name,
            "KUBERNETES_SERVICE_PORT",
            Integer.toString(api.port())),
        folder);
  }

  private ClusterServiceAccounts connected() {
    Path kubeconfig =
        new Kubeconfig(
                URI.create("https://" + name + ":" + api.port()), AUTHORITY.pem(), "secret-token")
            .writeTo(folder.resolve("kubeconfig"));
    return new ClusterServiceAccounts(
        new AccountSourceSettings.Cluster(
            Optional.of(kubeconfig), Optional.empty(), Duration.ofSeconds(2)),
        "example.com",
        Clock.systemUTC(),
        System::nanoTime,
        new PodCredentials(Map.of(), Path.of("none")));
  }

  private static ObjectLookup<IdentityAnnotations> lookUp(
      ClusterServiceAccounts accounts, AccountKey account) {
    return accounts.lookUpLive(account).toCompletableFuture().join();
  }

  /** A name that had no address has none for ten seconds more, and a pause may last for eight. */
  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(45));
  }
}
