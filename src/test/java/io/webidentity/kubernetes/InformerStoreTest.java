package io.webidentity.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.webidentity.account.AccountKey;
import io.webidentity.account.AccountKind;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.injection.AnnotationKeys;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class InformerStoreTest {
  private final ObjectStore<AccountKey, IdentityAnnotations> store =
      new ObjectStore<>(
          new AccountKind(new AnnotationKeys("example.com")), Clock.systemUTC(), System::nanoTime);
  private final InformerStore<ServiceAccount> informer = new InformerStore<>(store);

  @Test
  void an_informer_writes_into_the_store_until_it_is_stopped() {
    informer.listBegins();
    informer.listed(List.of(account("orders")), true);
    informer.put("shop/reports", account("reports"));
    informer.remove("shop/orders");
    assertThat(has("reports")).isTrue();
    assertThat(store.size()).isEqualTo(1);

    informer.close();

    assertThat(informer.put("shop/orders", account("orders"))).isNull();
    assertThat(informer.remove("shop/reports")).isNull();
    informer.listBegins();
    informer.listed(List.of(account("late")), true);
    assertThat(has("reports")).isTrue();
    assertThat(store.size()).isEqualTo(1);
  }

  /** Or fabric8 would compare what it has not kept with what is there. */
  @Test
  void the_informer_finds_nothing() {
    informer.put("shop/orders", account("orders"));

    assertThat(informer.values()).isEmpty();
    assertThat(informer.keySet()).isEmpty();
    assertThat(informer.size()).isZero();
    assertThat(informer.get("shop/orders")).isNull();
    assertThat(informer.getKey(account("orders"))).isEqualTo("shop/orders");
    assertThat(has("orders")).isTrue();
  }

  private boolean has(String name) {
    return store.known(new AccountKey("shop", name)).isPresent();
  }

  private static ServiceAccount account(String name) {
    return new ServiceAccountBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName(name)
        .withResourceVersion("1")
        .endMetadata()
        .build();
  }
}
