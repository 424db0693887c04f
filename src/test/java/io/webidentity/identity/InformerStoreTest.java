package io.webidentity.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.webidentity.injection.AnnotationKeys;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class InformerStoreTest {
  private final ObjectStore<AccountKey, ServiceAccount, IdentityAnnotations> store =
      new ObjectStore<>(
          new AccountKind(new AnnotationKeys("example.com")), Clock.systemUTC(), System::nanoTime);
  private final InformerStore<ServiceAccount> informer = new InformerStore<>(store);

  @Test
  void an_informer_writes_into_the_store_until_it_is_stopped() {
    informer.put("shop/orders", account("orders"));
    informer.put("shop/reports", account("reports"));
    informer.remove("shop/orders");
    assertThat(store.keySet()).containsExactly("shop/reports");

    informer.close();

    assertThat(informer.put("shop/orders", account("orders"))).isNull();
    assertThat(informer.remove("shop/reports")).isNull();
    assertThat(store.keySet()).containsExactly("shop/reports");
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
