package io.webidentity.cli.cluster;

import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.config.DnsName;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An object of a cluster that {@code explain} is asked about.
 *
 * @param kind its kind
 * @param name its name
 */
record Target(Kind kind, String name) {
  /** The kinds. */
  enum Kind {
    POD("Pod", "/api/v1", "pods", "po"),
    SERVICE_ACCOUNT("ServiceAccount", "/api/v1", "serviceaccounts", "sa"),
    DEPLOYMENT("Deployment", "/apis/apps/v1", "deployments", "deploy"),
    STATEFUL_SET("StatefulSet", "/apis/apps/v1", "statefulsets", "sts"),
    DAEMON_SET("DaemonSet", "/apis/apps/v1", "daemonsets", "ds"),
    REPLICA_SET("ReplicaSet", "/apis/apps/v1", "replicasets", "rs"),
    JOB("Job", "/apis/batch/v1", "jobs", "job"),
    CRON_JOB("CronJob", "/apis/batch/v1", "cronjobs", "cj");

    private final String noun;
    private final String api;
    private final String plural;
    private final String shortName;

    Kind(String noun, String api, String plural, String shortName) {
      this.noun = noun;
      this.api = api;
      this.plural = plural;
      this.shortName = shortName;
    }

    /** Its name in manifests. */
    String noun() {
      return noun;
    }

    /** Its name for kubectl. */
    String word() {
      return noun.toLowerCase(Locale.ROOT);
    }

    private static Optional<Kind> of(String written) {
      String word = written.toLowerCase(Locale.ROOT);
      return Arrays.stream(values())
          .filter(kind -> List.of(kind.word(), kind.plural, kind.shortName).contains(word))
          .findFirst();
    }
  }

  /** Path of the object. */
  String path(String namespace) {
    return "%s/namespaces/%s/%s/%s".formatted(kind.api, namespace, kind.plural, name);
  }

  /** Kind and name as kubectl writes them, such as {@code deployment/web}. */
  String title() {
    return kind.word() + "/" + name;
  }

  /**
   * What operands name: {@code KIND/NAME} or {@code KIND NAME}.
   *
   * @throws UsageException if they name no object of a known kind
   */
  static Target of(List<String> operands) throws UsageException {
    String written = String.join("/", operands);
    int slash = written.indexOf('/');
    String name = written.substring(slash + 1);
    Optional<Kind> kind = Kind.of(slash < 0 ? written : written.substring(0, slash));
    if (kind.isEmpty()) {
      throw new UsageException(
          "%s is of no kind that explain knows; give one of %s, such as pod/web"
              .formatted(
                  GivenFlags.shown(written),
                  Arrays.stream(Kind.values()).map(Kind::word).collect(Collectors.joining(", "))));
    }
    if (slash < 0) {
      throw new UsageException(
          "%s has no name; write it as %1$s/NAME".formatted(kind.get().word()));
    }
    if (!DnsName.isSubdomain(name)) {
      throw new UsageException(
          "%s is no name of an object; give lower-case letters, digits, dots and hyphens"
              .formatted(GivenFlags.shown(name)));
    }
    return new Target(kind.get(), name);
  }
}
