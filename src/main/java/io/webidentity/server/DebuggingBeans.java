package io.webidentity.server;

import io.micronaut.context.ApplicationContext;
import io.webidentity.account.Namespaces;
import io.webidentity.account.ServiceAccounts;
import io.webidentity.config.ObservationSettings.Debugging;
import io.webidentity.identity.CachedAccounts;
import io.webidentity.identity.IdentitySources;
import io.webidentity.observability.CacheAccess;
import io.webidentity.observability.DebuggingCallers;
import java.util.Optional;

/** What the debugging handlers need; without it there are none. */
final class DebuggingBeans {
  private DebuggingBeans() {}

  /** Registers them with a context that is not started, where the settings ask for them. */
  static void register(
      ApplicationContext context,
      ServeSettings settings,
      ServiceAccounts accounts,
      Namespaces namespaces,
      IdentitySources sources) {
    Optional<DebuggingCallers> callers = callers(settings.observation().debugging());
    if (callers.isPresent()) {
      context.registerSingleton(DebuggingCallers.class, callers.get());
      context.registerSingleton(
          CacheAccess.class,
          new CachedAccounts(accounts, namespaces, settings.identity(), sources.roleCompletion()));
    }
  }

  private static Optional<DebuggingCallers> callers(Debugging debugging) {
    return switch (debugging) {
      case OFF -> Optional.empty();
      case FROM_LOOPBACK -> Optional.of(DebuggingCallers.LOOPBACK);
      case FROM_ANYWHERE -> Optional.of(DebuggingCallers.ANYBODY);
    };
  }
}
