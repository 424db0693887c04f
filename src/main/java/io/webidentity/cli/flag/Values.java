package io.webidentity.cli.flag;

import io.webidentity.config.AccountSourceSettings;
import io.webidentity.config.CertificateSettings;
import io.webidentity.config.DnsName;
import io.webidentity.config.IdentitySettings;
import io.webidentity.config.LogSettings;
import io.webidentity.config.ServerSettings;
import io.webidentity.config.TlsCipherSuite;
import io.webidentity.config.TlsVersion;
import io.webidentity.injection.GoBoolean;
import io.webidentity.injection.VisibleText;
import io.webidentity.text.NearestName;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The kinds of values that flags take. */
public final class Values {
  /** Ten a second: beyond that, it would be no eviction one after the other. */
  private static final int MOST_EVICTIONS = 600;

  private static final Pattern WHOLE_NUMBER = Pattern.compile("[+-]?[0-9]+");

  private Values() {}

  /** A boolean as Go's strconv.ParseBool reads it. */
  static boolean bool(String text) throws BadValueException {
    return GoBoolean.parse(text)
        .orElseThrow(() -> new BadValueException("is not a boolean; give true or false"));
  }

  public static int port(String text) throws BadValueException {
    String complaint = "is not a port; give a whole number from 0 to 65535 (0 takes a free one)";
    long port = wholeNumber(text, complaint);
    if (port < 0 || port > ServerSettings.HIGHEST_PORT) {
      throw new BadValueException(complaint);
    }
    return (int) port;
  }

  /** Seconds; what is shorter than the API server takes becomes the shortest it takes. */
  public static long tokenExpiration(String text) throws BadValueException {
    String complaint =
        "is not a token lifetime; give a whole number of seconds from 600 to 4294967296";
    long seconds = wholeNumber(text, complaint);
    if (seconds > IdentitySettings.LONGEST_EXPIRATION_SECONDS) {
      throw new BadValueException(complaint);
    }
    return Math.max(seconds, IdentitySettings.SHORTEST_EXPIRATION_SECONDS);
  }

  /** klog's {@code -v}, 32 bit as klog's own. */
  public static int verbosity(String text) throws BadValueException {
    String complaint = "is not a verbosity; give a whole number such as 0, 2 or 5";
    long verbosity = wholeNumber(text, complaint);
    if (verbosity != (int) verbosity) {
      throw new BadValueException(complaint);
    }
    return (int) verbosity;
  }

  /** Pods a minute. */
  public static int evictions(String text) throws BadValueException {
    String complaint = "is not a number of pods a minute; give one from 1 to " + MOST_EVICTIONS;
    long evictions = wholeNumber(text, complaint);
    if (evictions < 1 || evictions > MOST_EVICTIONS) {
      throw new BadValueException(complaint);
    }
    return (int) evictions;
  }

  private static long wholeNumber(String text, String complaint) throws BadValueException {
    if (!WHOLE_NUMBER.matcher(text).matches()) {
      throw new BadValueException(complaint);
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw new BadValueException(complaint); // more than 64 bits
    }
  }

  public static String audience(String text) throws BadValueException {
    if (text.isBlank() || !VisibleText.isVisible(text)) {
      throw new BadValueException(
          "is no audience; give one such as sts.amazonaws.com, since an empty one would make tokens"
              + " for the Kubernetes API itself");
    }
    return text;
  }

  public static String annotationPrefix(String text) throws BadValueException {
    if (!DnsName.isSubdomain(text)) {
      throw new BadValueException(
          "is not a prefix of annotations; give a DNS subdomain such as eks.amazonaws.com, without"
              + " the slash");
    }
    return text;
  }

  public static String mountPath(String text) throws BadValueException {
    if (!text.startsWith("/") || text.contains(":") || !VisibleText.isVisible(text)) {
      throw new BadValueException(
          "is not a mount path; give an absolute path without a colon, such as"
              + " /var/run/secrets/eks.amazonaws.com/serviceaccount");
    }
    return text;
  }

  public static String dnsSubdomain(String text) throws BadValueException {
    if (!DnsName.isSubdomain(text)) {
      throw new BadValueException(
          "is no name of an object; give lower-case letters, digits, dots and hyphens");
    }
    return text;
  }

  public static Duration certificateLifetime(String text) throws BadValueException {
    Duration lifetime = GoDuration.parse(text);
    if (lifetime.compareTo(CertificateSettings.BuiltIn.SHORTEST_LIFETIME) < 0) {
      throw new BadValueException(
          "is too short for a certificate; give at least "
              + CertificateSettings.BuiltIn.SHORTEST_LIFETIME.toSeconds()
              + "s, such as 2160h");
    }
    return lifetime;
  }

  public static String dnsLabel(String text) throws BadValueException {
    if (!DnsName.isLabel(text)) {
      throw new BadValueException(
          "is not a Kubernetes name; give lower-case letters, digits and dashes, at most 63");
    }
    return text;
  }

  public static Path path(String text) throws BadValueException {
    String complaint = "is not a path; give the path of a file";
    if (text.isEmpty()) {
      throw new BadValueException(complaint);
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException _) {
      throw new BadValueException(complaint);
    }
  }

  public static URI apiServer(String text) throws BadValueException {
    String complaint = "is not the address of an API server; give a URL such as https://host:6443";
    try {
      URI address = new URI(text);
      if (!AccountSourceSettings.Cluster.isHttp(address)) {
        throw new BadValueException(complaint);
      }
      return address;
    } catch (URISyntaxException _) {
      throw new BadValueException(complaint);
    }
  }

  public static TlsVersion tlsVersion(String text) throws BadValueException {
    return switch (text) {
      // Charts render flags that nobody set as empty ones; it is the reference's default.
      case "", "1.2", "VersionTLS12" -> TlsVersion.TLS_1_2;
      case "1.3", "VersionTLS13" -> TlsVersion.TLS_1_3;
      case "1.0", "1.1", "VersionTLS10", "VersionTLS11" ->
          throw new BadValueException("is not offered, being insecure; give 1.2 or 1.3");
      default -> throw new BadValueException("is not a TLS version; give 1.2 or 1.3");
    };
  }

  public static List<TlsCipherSuite> cipherSuites(String text) throws BadValueException {
    List<TlsCipherSuite> suites = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String name = part.strip();
      TlsCipherSuite suite =
          TlsCipherSuite.named(name)
              // Names of Go before 1.14, which Kubernetes' flags accept still.
              .or(() -> TlsCipherSuite.named(name + "_SHA256"))
              .orElseThrow(() ->
                  new BadValueException(
                      "names no secure TLS cipher suite with \"" + name + "\"" + meant(name)));
      suites.add(suite);
    }
    return List.copyOf(suites);
  }

  /**
   * Names that subjects of certificates have, each once; case counts, as in kube-apiserver's {@code
   * --requestheader-allowed-names}.
   */
  public static Set<String> commonNames(String text) throws BadValueException {
    if (text.isEmpty()) {
      return Set.of(); // Charts render flags that nobody set as empty ones.
    }
    Set<String> names = new LinkedHashSet<>();
    for (String part : text.split(",", -1)) {
      String name = part.strip();
      if (name.isEmpty()) {
        throw new BadValueException(
            "has an empty name; give common names of client certificates, such as"
                + " kube-apiserver, comma separated");
      }
      names.add(name);
    }
    return names;
  }

  private static String meant(String name) {
    List<String> names = Arrays.stream(TlsCipherSuite.values()).map(Enum::name).toList();
    return NearestName.of(name.toUpperCase(Locale.ROOT), names)
        .map(near -> "; did you mean " + near + "?")
        .orElse("; give Go's names, such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  }

  public static LogSettings.Format logFormat(String text) throws BadValueException {
    return switch (text) {
      case "json" -> LogSettings.Format.JSON;
      case "text" -> LogSettings.Format.TEXT;
      default -> throw new BadValueException("is not a log format; give json or text");
    };
  }

  /** For flags that do nothing: any text. */
  public static String anything(String text) {
    return text;
  }
}
