package io.webidentity.identity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.Namespaces;
import io.webidentity.account.ServiceAccounts;
import io.webidentity.aws.RoleArn;
import io.webidentity.config.IdentitySettings;
import io.webidentity.identity.IdentityResolver.WrittenRole;
import io.webidentity.injection.Annotation;
import io.webidentity.injection.Identity;
import io.webidentity.injection.SessionSettings;
import io.webidentity.injection.StsEndpoints;
import io.webidentity.observability.CacheAccess;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The annotated ServiceAccounts that are known, as amazon-eks-pod-identity-webhook shows its cache:
 * a JSON object with a member for each account, sorted, that says what its pods get unless they, or
 * the Namespace, say otherwise. Accounts without annotations are left out; the reference shows them
 * with an empty role.
 */
public final class CachedAccounts implements CacheAccess {
  private static final JsonFactory JSON = new JsonFactory();

  private final ServiceAccounts accounts;
  private final Namespaces namespaces;
  private final SettingResolver resolver;
  private final UnaryOperator<String> roleCompletion;

  /**
   * Shows these accounts.
   *
   * @param settings what holds where annotations do not say
   * @param roleCompletion makes the ARN of a role of a value that may be its name alone
   */
  public CachedAccounts(
      ServiceAccounts accounts,
      Namespaces namespaces,
      IdentitySettings settings,
      UnaryOperator<String> roleCompletion) {
    this.accounts = accounts;
    this.namespaces = namespaces;
    this.resolver = new SettingResolver(settings, SessionSettings.NONE);
    this.roleCompletion = roleCompletion;
  }

  @Override
  public String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.setPrettyPrinter(asGoIndents());
      json.writeStartObject();
      for (Map.Entry<String, IdentityAnnotations> account : accounts.annotated().entrySet()) {
        json.writeFieldName(account.getKey());
        write(account.getKey(), account.getValue(), json);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Text in memory cannot fail to be written", e);
    }
    return text.toString();
  }

  @Override
  public String clear() {
    namespaces.listAgain();
    return switch (accounts.listAgain()) {
      case STARTED ->
          "ServiceAccounts are being listed again; until that is done, those known stay in use.";
      case UNDER_WAY -> "ServiceAccounts are being listed already.";
      case NOT_NEEDED -> "Nothing to clear: the manifests are read again every second.";
    };
  }

  private void write(String name, IdentityAnnotations annotations, JsonGenerator json)
      throws IOException {
    int slash = name.indexOf('/');
    Optional<RoleArn> role =
        Optional.ofNullable(annotations.roleArn())
            .flatMap(RoleArn::of)
            .map(written -> new RoleArn(roleCompletion.apply(written.value())));
    Identity identity =
        resolver.webIdentity(
            new AccountKey(name.substring(0, slash), name.substring(slash + 1)),
            WrittenRole.of(
                role.orElse(new RoleArn("")),
                new Annotation(Annotation.Holder.SERVICE_ACCOUNT, "", "")),
            SettingLayers.of(annotations, IdentityAnnotations.NONE),
            Trail.ofFindings());
    json.writeStartObject();
    json.writeStringField("RoleARN", role.map(RoleArn::value).orElse(""));
    json.writeStringField("Audience", identity.token().audience());
    json.writeBooleanField("UseRegionalSTS", identity.endpoints() == StsEndpoints.REGIONAL);
    json.writeNumberField("TokenExpiration", identity.token().expirationSeconds());
    json.writeEndObject();
  }

  private static DefaultPrettyPrinter asGoIndents() {
    return new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator(""))
        .withObjectIndenter(new DefaultIndenter(" ", "\n"));
  }
}
