package io.webidentity.cli.serve;

import static io.webidentity.cli.flag.FlagGroup.SHADOW;

import io.webidentity.cli.flag.BadValueException;
import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.flag.Values;
import io.webidentity.config.ShadowSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The flags of shadow mode; all of them are ours. */
public final class ShadowFlags {
  public static final Flag<URI> COMPARE_WITH =
      Flag.taking(
          "compare-with",
          "URL",
          SHADOW,
          ShadowFlags::webhook,
          "Inject nothing; ask the webhook at this https URL, too, and count and log where the pods"
              + " of both answers differ.");
  public static final Flag<Path> COMPARE_WITH_CA_FILE =
      Flag.taking(
          "compare-with-ca-file",
          "FILE",
          SHADOW,
          Values::path,
          "CA certificates of that webhook, PEM, read at start; without it, those of the Java"
              + " runtime.");

  /** All of them. */
  static final List<Flag<?>> ALL = List.of(COMPARE_WITH, COMPARE_WITH_CA_FILE);

  private static final String USUAL_PATH = "/mutate";

  private ShadowFlags() {}

  /** With which webhook this one is compared, if with any. */
  static Optional<ShadowSettings> settings(GivenFlags flags) throws UsageException {
    Optional<URI> other = flags.find(COMPARE_WITH);
    Optional<Path> authority = flags.find(COMPARE_WITH_CA_FILE);
    return other.map(url -> new ShadowSettings(url, authority));
  }

  /** Nothing but https: a review is a whole pod, with whatever its variables hold. */
  private static URI webhook(String text) throws BadValueException {
    try {
      URI url = new URI(text);
      if ("https".equalsIgnoreCase(url.getScheme())
          && url.getHost() != null
          && url.getPort() != 0
          && url.getRawUserInfo() == null
          && url.getRawFragment() == null) {
        return url.getRawPath().isEmpty() ? url.resolve(USUAL_PATH) : url;
      }
    } catch (URISyntaxException _) {
      // Said below.
    }
    throw new BadValueException(
        "is not the URL of a webhook; give one such as"
            + " https://pod-identity-webhook.default.svc/mutate, without user or fragment");
  }
}
