package io.webidentity.cli.cluster;

import io.webidentity.secret.SecretText;
import io.webidentity.watch.UnusableContentException;
import java.io.StringReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An STS, asked to take a token for a role. The credentials that it gives are not kept.
 *
 * @param outside the way there
 * @param url of its endpoint
 * @see <a
 *     href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html">AssumeRoleWithWebIdentity</a>
 */
record Sts(Outside outside, URI url) {
  /** The shortest life of credentials that STS gives, seconds. */
  private static final int SECONDS = 900;

  private static final String RESPONSE = "AssumeRoleWithWebIdentityResponse";
  private static final Set<String> READ = Set.of("Arn", "Code", "Message");

  /** What it answers. */
  sealed interface Answer {}

  /**
   * It gives credentials.
   *
   * @param arn of the assumed role; empty if it names none, as MinIO does
   */
  record Assumed(String arn) implements Answer {}

  /** It gives none, and says why. */
  record Refused(String code, String message) implements Answer {}

  /**
   * Asks for the credentials of a role.
   *
   * @throws UnusableContentException if there is no answer, or not that of an STS
   */
  Answer ask(String role, SecretText token) throws UnusableContentException {
    String secret = token.exposeSecret();
    String form =
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=webhook-doctor"
            + "&DurationSeconds=%d&RoleArn=%s&WebIdentityToken=%s"
                .formatted(SECONDS, encoded(role), encoded(secret));
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form))
            .build();
    Outside.Answer answer = outside.send(request);
    try {
      Map<String, String> texts = texts(answer.body());
      // One that quotes what it was sent must not have us print it.
      texts.replaceAll((_, text) -> text.replace(secret, "(the token)"));
      if (texts.containsKey("Code")) {
        return new Refused(
            texts.getOrDefault("Code", ""), texts.getOrDefault("Message", "").strip());
      }
      if (texts.containsKey(RESPONSE)) {
        return new Assumed(texts.getOrDefault("Arn", ""));
      }
    } catch (XMLStreamException _) {
      // Without the cause, which may quote the answer.
    }
    throw new UnusableContentException(
        "%s answers with HTTP %d, and not as an STS does".formatted(url, answer.status()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Texts of the elements that are read, by their names, and the root's name. */
  private static Map<String, String> texts(String xml) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    Map<String, String> texts = new HashMap<>();
    XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(xml));
    while (reader.hasNext()) {
      if (reader.next() == XMLStreamConstants.START_ELEMENT) {
        String name = reader.getLocalName();
        if (READ.contains(name)) {
          texts.putIfAbsent(name, reader.getElementText());
        } else if (texts.isEmpty()) {
          texts.put(name, "");
        }
      }
    }
    return texts;
  }
}
