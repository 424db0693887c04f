package io.webidentity.e2e;

import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.webidentity.testing.node.TestNode;

/**
 * Who a pod's processes run as, and what that makes of the token's file: the rows of the table in
 * docs/token-file.md. Kubelet decides it when it writes the file
 * (https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken-projected-volumes).
 */
public enum TokenFileCase {
  NOTHING_SET("", Reader.AS_THE_POD_SAYS, "644 root root", true),
  USER_OF_IMAGE("", Reader.USER_OF_IMAGE, "644 root root", true),
  RUN_AS_NON_ROOT("runAsNonRoot: true", Reader.USER_OF_IMAGE, "644 root root", true),
  DROPS_ROOT("", Reader.DROPS_ROOT, "644 root root", true),
  RUN_AS_USER("runAsUser: 1000", Reader.AS_THE_POD_SAYS, "600 1000 root", true),
  RUN_AS_ROOT("runAsUser: 0", Reader.AS_THE_POD_SAYS, "600 root root", true),
  RUN_AS_ROOT_DROPS_ROOT("runAsUser: 0", Reader.DROPS_ROOT, "600 root root", false),
  ANOTHER_USER("runAsUser: 1000", Reader.BESIDES_ANOTHER_USER, "644 root root", true),
  FS_GROUP("fsGroup: 3000", Reader.AS_THE_POD_SAYS, "640 root 3000", true),
  FS_GROUP_USER_OF_IMAGE("fsGroup: 3000", Reader.USER_OF_IMAGE, "640 root 3000", true),
  FS_GROUP_DROPS_ROOT("fsGroup: 3000", Reader.DROPS_ROOT, "640 root 3000", false),
  FS_GROUP_RUN_AS_USER(
      "runAsUser: 1000, fsGroup: 3000", Reader.AS_THE_POD_SAYS, "640 1000 3000", true),
  FS_GROUP_ANOTHER_USER(
      "runAsUser: 1000, fsGroup: 3000", Reader.BESIDES_ANOTHER_USER, "640 root 3000", true);

  private final String securityContext;
  private final Reader reader;
  private final String file;
  private final boolean readable;

  TokenFileCase(String securityContext, Reader reader, String file, boolean readable) {
    this.securityContext = securityContext;
    this.reader = reader;
    this.file = file;
    this.readable = readable;
  }

  /** The pod's securityContext. */
  PodSecurityContext securityContext() {
    return securityContext.isEmpty()
        ? new PodSecurityContext()
        : Serialization.unmarshal(securityContext.replace(", ", "\n"), PodSecurityContext.class);
  }

  Reader reader() {
    return reader;
  }

  /** What every container of the pod prints. */
  String expected() {
    return file.replace("root", "0") + (readable ? " readable" : " unreadable");
  }

  /** The table's columns. */
  public static String header() {
    return """
    | pod's `securityContext` | who reads | file: mode, owner, group | readable |
    |---|---|---|---|
    """;
  }

  /** This case as a row of that Markdown table. */
  public String row() {
    return "| %s | %s | %s | %s |\n"
        .formatted(
            securityContext.isEmpty() ? "nothing" : "`" + securityContext + "`",
            reader.told,
            file,
            readable ? "yes" : "**no**");
  }

  /** Who reads the file. */
  enum Reader {
    AS_THE_POD_SAYS("who the pod says, else root"),
    USER_OF_IMAGE("user 1000, as the image says"),
    DROPS_ROOT("a process that was root and became user 1000 (`su`, `gosu`, `nginx`)"),
    BESIDES_ANOTHER_USER("each of two containers, one with its own `runAsUser: 2000`");

    /** The image {@link TestNode#BUSYBOX}, run as user 1000. */
    static final String USER_IMAGE = "webhook.test/busybox-of-user:1";

    private final String told;

    Reader(String told) {
      this.told = told;
    }

    /** What its container runs. */
    String image() {
      return this == USER_OF_IMAGE ? USER_IMAGE : TestNode.BUSYBOX;
    }
  }
}
