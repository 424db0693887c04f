package io.webidentity.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.webidentity.e2e.TokenFileCase.Reader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who can read the token's file, in pods that run. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenFileTest {
  private static final String LOOK =
      "stat -L -c '%a %u %g' $AWS_WEB_IDENTITY_TOKEN_FILE | tr '\\n' ' '; ";
  private static final String READ =
      "cat $AWS_WEB_IDENTITY_TOKEN_FILE > /dev/null 2>&1 && echo readable || echo unreadable";
  private static final String READ_AS_USER =
      "mkdir -p /etc; echo app:x:1000:1000::/:/bin/sh > /etc/passwd; su app -c '" + READ + "'";

  private final Team team;
  private final String account;

  TokenFileTest(StoragePlatform platform) {
    this.team = new Team(platform.cluster());
    this.account = team.newAccount(StorageRole.REPORTS);
  }

  @ParameterizedTest
  @EnumSource
  void the_file_belongs_to_whom_the_pod_runs_as(TokenFileCase example) {
    Pod pod = team.create(pod(example));

    for (Container container : pod.getSpec().getContainers()) {
      assertThat(team.awaitEnd(pod, container.getName()).strip())
          .as(container.getName())
          .isEqualTo(example.expected());
    }
  }

  private Pod pod(TokenFileCase example) {
    Container reader = container(example.reader());
    List<Container> containers = new ArrayList<>(List.of(reader));
    if (example.reader() == Reader.BESIDES_ANOTHER_USER) {
      containers.add(
          new ContainerBuilder(reader)
              .withName("another-user")
              .withNewSecurityContext()
              .withRunAsUser(2000L)
              .endSecurityContext()
              .build());
    }
    return new PodBuilder(team.pod(account, reader))
        .editSpec()
        .withSecurityContext(example.securityContext())
        .withContainers(containers)
        .endSpec()
        .build();
  }

  private static Container container(Reader reader) {
    String read = reader == Reader.DROPS_ROOT ? READ_AS_USER : READ;
    return new ContainerBuilder(Team.container("reader", reader.image()))
        .withCommand("/bin/sh", "-c", LOOK + read)
        .build();
  }
}
