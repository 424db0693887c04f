package io.webidentity.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.cli.flag.ArgumentReader;
import io.webidentity.cli.flag.CommandPath;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.serve.ServeCommand;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each row is one of docs/security.md, "Rights". */
class NeededRightTest {
  private static final String ACCOUNTS = "get,list,watch serviceaccounts ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "--port=8443|none",
        "--role-policy=p.yaml|none",
        "--namespace-defaults|get,list,watch namespaces ",
        "--namespace-role-annotations|get,list,watch namespaces ",
        "--events|create,patch events ",
        "--watch-config-map|list,watch configmaps eks/pod-identity-webhook",
        "--role-policy-config-map=p --namespace=x|list,watch configmaps x/p",
        "--tls-secret=t --namespace=x|get,update secrets x/t",
        "--tls-secret=t --in-cluster=false|none",
        "--in-cluster=true --tls-cert=c|none",
        "--inject-ephemeral-containers|none"
      })
  void a_flag_needs_its_right_and_no_other(String flags, String right) throws Exception {
    assertThat(needed(flags, false))
        .containsExactlyElementsOf(
            Stream.of(ACCOUNTS, right == null ? "" : right)
                .map(String::strip)
                .filter(one -> !one.isEmpty())
                .toList());
  }

  @Test
  void in_cluster_alone_stands_for_the_usual_secret_and_configuration() throws Exception {
    assertThat(needed("--in-cluster=true", false))
        .containsExactly(
            ACCOUNTS.strip(),
            "get,update secrets eks/pod-identity-webhook",
            "get,patch mutatingwebhookconfigurations pod-identity-webhook");
  }

  @Test
  void a_policy_by_labels_reads_namespaces() throws Exception {
    assertThat(needed("--role-policy=p.yaml", true))
        .containsExactly(ACCOUNTS.strip(), "get,list,watch namespaces");
  }

  @Test
  void manifests_need_no_right() throws Exception {
    assertThat(needed("--service-accounts=a.yaml", false)).isEmpty();
  }

  private static List<String> needed(String words, boolean policyReadsLabels)
      throws UsageException {
    CommandPath program = CommandPath.of(new ServeCommand(_ -> 0, List.of()));
    GivenFlags flags =
        new GivenFlags(
            new ArgumentReader(program).read(List.of(words.split(" ", -1))).given(), List.of());
    return NeededRight.of(flags, policyReadsLabels).stream().map(NeededRightTest::text).toList();
  }

  private static String text(NeededRight right) {
    String place = right.namespace().isEmpty() ? "" : right.namespace() + "/";
    return "%s %s %s%s"
        .formatted(String.join(",", right.verbs()), right.resource(), place, right.name())
        .strip();
  }
}
