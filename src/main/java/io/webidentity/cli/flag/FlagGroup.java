package io.webidentity.cli.flag;

/** The headings under which the help lists flags. */
public enum FlagGroup {
  INPUT("Input and output"),
  SERVING("Serving"),
  IDENTITY("Identity"),
  CONTAINER_CREDENTIALS("Container credentials (EKS Pod Identity)"),
  ROLE_POLICY("Who may use which role"),
  OBSERVATION("Metrics, Events and debugging"),
  SHADOW("Shadow mode"),
  CLUSTER("Kubernetes API"),
  WITHOUT_CLUSTER("Without a cluster"),
  LOGGING("Logging"),
  IGNORED("Accepted and ignored"),
  PROGRAM("Help");

  private final String heading;

  FlagGroup(String heading) {
    this.heading = heading;
  }

  String heading() {
    return heading;
  }
}
