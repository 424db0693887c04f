package io.webidentity.cli.flag;

import io.webidentity.aws.BaseRoleArn;
import io.webidentity.aws.EndpointUrl;
import io.webidentity.aws.RegionName;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.config.DnsName;
import io.webidentity.config.RoleCompositionSettings;
import io.webidentity.injection.SessionNameTemplate;
import io.webidentity.injection.VisibleText;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.regex.Pattern;

/** The kinds of values that flags take about clouds: their roles, regions, endpoints and tokens. */
public final class CloudValues {
  private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]+");

  private static final String NO_ENDPOINT =
      "is not the URL of an endpoint; give one such as https://minio.example.com:9000,"
          + " without user, query, fragment or $";

  private CloudValues() {}

  public static String region(String text) throws BadValueException {
    if (!RegionName.possible(text)) {
      throw new BadValueException("is not a region; give one such as eu-central-1");
    }
    return text;
  }

  /** A volume's name is a DNS label (Kubernetes' API reference, Volume). */
  public static String volumeName(String text) throws BadValueException {
    if (!DnsName.isLabel(text)) {
      throw new BadValueException("is not the name of a volume; give one such as pod-token");
    }
    return text;
  }

  /** Relative and without {@code ..}, as the API server wants it of a projected token. */
  public static String pathInVolume(String text) throws BadValueException {
    if (text.isEmpty()
        || text.startsWith("/")
        || List.of(text.split("/", -1)).contains("..")
        || !VisibleText.isVisible(text)) {
      throw new BadValueException(
          "is not a path in a volume; give a relative one without .., such as token");
    }
    return text;
  }

  /**
   * An http or https URL in ASCII, as URIs are (RFC 3986), without user information or {@code $}.
   */
  public static String fullUri(String text) throws BadValueException {
    try {
      URI uri = new URI(text);
      if (AccountSourceSettings.Cluster.isHttp(uri)
          && uri.getRawUserInfo() == null
          && VISIBLE_ASCII.matcher(text).matches()
          && text.indexOf('$') < 0) {
        return text;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new BadValueException(
        "is not a URI of credentials; give one such as http://169.254.170.23/v1/credentials");
  }

  public static String accountId(String text) throws BadValueException {
    if (!RoleCompositionSettings.isAccountId(text)) {
      throw new BadValueException("is not the id of an AWS account; give its 12 digits");
    }
    return text;
  }

  public static String partition(String text) throws BadValueException {
    if (!RoleCompositionSettings.isPartition(text)) {
      throw new BadValueException("is not a partition; give one such as aws or aws-cn");
    }
    return text;
  }

  public static URI imdsEndpoint(String text) throws BadValueException {
    try {
      URI endpoint = new URI(text);
      if (AccountSourceSettings.Cluster.isHttp(endpoint)
          && List.of("", "/").contains(endpoint.getPath())
          && endpoint.getQuery() == null
          && endpoint.getFragment() == null) {
        return endpoint;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new BadValueException(
        "is not an instance metadata service; give one such as http://169.254.169.254");
  }

  public static SessionNameTemplate sessionName(String text) throws BadValueException {
    return SessionNameTemplate.of(text)
        .orElseThrow(() ->
            new BadValueException(
                "is not a session name; give a text with {namespace}, {service-account} and"
                    + " {cluster} in it, or {pod-uid} alone"));
  }

  public static String baseRoleArn(String text) throws BadValueException {
    return BaseRoleArn.of(text)
        .map(BaseRoleArn::value)
        .orElseThrow(() ->
            new BadValueException(
                "is not the beginning of roles' ARNs; give one such as"
                    + " arn:aws:iam::111122223333:role/, with the slash"));
  }

  public static String clusterName(String text) throws BadValueException {
    if (!VISIBLE_ASCII.matcher(text).matches()) {
      throw new BadValueException("is not the name of a cluster; give one such as production-eu");
    }
    return text;
  }

  public static EndpointUrl endpointUrl(String text) throws BadValueException {
    return EndpointUrl.of(text).orElseThrow(() -> new BadValueException(NO_ENDPOINT));
  }

  /** The same, for this program to ask. */
  public static URI endpoint(String text) throws BadValueException {
    try {
      URI url = new URI(endpointUrl(text).value());
      if (AccountSourceSettings.Cluster.isHttp(url)) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new BadValueException(NO_ENDPOINT);
  }
}
