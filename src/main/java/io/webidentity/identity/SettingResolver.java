package io.webidentity.identity;

import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.aws.AwsPartition;
import io.webidentity.aws.RegionName;
import io.webidentity.aws.RoleArn;
import io.webidentity.config.IdentitySettings;
import io.webidentity.identity.IdentityResolver.WrittenRole;
import io.webidentity.identity.SettingLayers.Read;
import io.webidentity.injection.Annotation;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.injection.Credentials;
import io.webidentity.injection.Finding;
import io.webidentity.injection.GoBoolean;
import io.webidentity.injection.Identity;
import io.webidentity.injection.Reason;
import io.webidentity.injection.SdkSession;
import io.webidentity.injection.SessionSettings;
import io.webidentity.injection.StsEndpoints;
import io.webidentity.injection.TokenExpiration;
import io.webidentity.injection.TokenRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes an identity's settings of annotations and, where they do not say, of the flags, by the
 * table of settings in docs/contract.md, "Which identity". Pure.
 *
 * <p>How sessions are opened is decided by {@link SessionResolver}. The audience of container
 * credentials is the flag's alone: what the agent on the node accepts is not the account's choice.
 */
final class SettingResolver {
  private final IdentitySettings settings;
  private final AnnotationKeys keys;
  private final SessionResolver sessions;

  SettingResolver(IdentitySettings settings, SessionSettings sessions) {
    this.settings = settings;
    this.keys = new AnnotationKeys(settings.annotationPrefix());
    this.sessions = new SessionResolver(sessions, keys);
  }

  /** A role, with what these annotations say. */
  Identity webIdentity(AccountKey account, WrittenRole role, SettingLayers layers, Trail trail) {
    TokenRequest token = new TokenRequest(audience(layers, trail), expiration(layers, trail));
    StsEndpoints endpoints = endpoints(layers, trail);
    Optional<String> region = region(layers, trail);
    SdkSession session = sessions.resolve(account, layers, trail);
    judge(role, region, session, trail);
    return new Identity(
        new Credentials.WebIdentity(role.arn()),
        token,
        endpoints,
        region,
        session,
        trail.findings());
  }

  /** What AWS's own STS cannot accept; another server has rules of its own. */
  private static void judge(
      WrittenRole role, Optional<String> region, SdkSession session, Trail trail) {
    if (session.stsEndpoint().isPresent() || session.endpoint().isPresent()) {
      return;
    }
    RoleArn arn = role.arn();
    if (role.form() == RoleArn.Form.IMPOSSIBLE_ON_AWS) {
      trail.add(Finding.of(Reason.ROLE_ARN_MALFORMED, role.annotation()));
    }
    if (region.isEmpty()) {
      return;
    }
    Optional<String> partition = arn.awsPartition();
    Optional<String> ofRegion = AwsPartition.ofAwsRegion(region.get());
    if (partition.isPresent() && ofRegion.isPresent() && !partition.equals(ofRegion)) {
      trail.add(
          Finding.regionOfOtherPartition(
              arn.value(), partition.get(), region.get(), ofRegion.get()));
    }
  }

  /** Container credentials, with what these annotations say. */
  Identity container(SettingLayers layers, Trail trail) {
    trail.flag(keys.audience(), settings.containerCredentialsAudience());
    return new Identity(
        new Credentials.Container(),
        new TokenRequest(settings.containerCredentialsAudience(), expiration(layers, trail)),
        endpoints(layers, trail),
        region(layers, trail),
        sessions.withoutRole(layers, trail),
        trail.findings());
  }

  /** A role of the map, which alone says what is different from the flags. */
  Identity mapped(AccountKey account, WrittenRole role, RoleMap.Entry entry, Trail trail) {
    String audience = audience(entry, trail);
    long expiration = expiration(entry, trail);
    trail.setting(
        Annotation.Holder.ROLE_MAP,
        keys.stsRegionalEndpoints(),
        Boolean.toString(entry.regionalSts()));
    trail.flag(keys.region(), settings.region());
    SdkSession session = sessions.resolve(account, SettingLayers.NONE, trail);
    judge(role, settings.region(), session, trail);
    return new Identity(
        new Credentials.WebIdentity(role.arn()),
        new TokenRequest(audience, expiration),
        entry.regionalSts() ? StsEndpoints.REGIONAL : StsEndpoints.SDK_DEFAULT,
        settings.region(),
        session,
        trail.findings());
  }

  private String audience(RoleMap.Entry entry, Trail trail) {
    if (entry.audience().filter(String::isEmpty).isPresent()) {
      trail.add(
          Finding.of(Reason.AUDIENCE_EMPTY, written(entry, "Audience", ""), settings.audience()));
    }
    Optional<String> written = entry.audience().filter(audience -> !audience.isEmpty());
    written.ifPresentOrElse(
        audience -> trail.setting(Annotation.Holder.ROLE_MAP, keys.audience(), audience),
        () -> trail.flag(keys.audience(), settings.audience()));
    return written.orElseGet(settings::audience);
  }

  private long expiration(RoleMap.Entry entry, Trail trail) {
    long seconds = entry.tokenExpirationSeconds();
    if (seconds > TokenExpiration.MAXIMUM_SECONDS) {
      trail.add(
          Finding.of(
              Reason.TOKEN_EXPIRATION_TOO_LARGE,
              written(entry, "TokenExpiration", Long.toString(seconds))));
    }
    if (seconds == 0 || seconds > TokenExpiration.MAXIMUM_SECONDS) {
      trail.flag(keys.tokenExpiration(), settings.tokenExpirationSeconds());
      return settings.tokenExpirationSeconds();
    }
    trail.setting(Annotation.Holder.ROLE_MAP, keys.tokenExpiration(), Long.toString(seconds));
    return TokenExpiration.atLeastMinimum(seconds);
  }

  private static Annotation written(RoleMap.Entry entry, String field, String value) {
    return new Annotation(Annotation.Holder.ROLE_MAP, entry.key() + " " + field, value);
  }

  /** Findings name the audience that is used instead, which is known only at the end. */
  private String audience(SettingLayers layers, Trail trail) {
    List<Annotation> empty = new ArrayList<>();
    for (SettingLayers.Layer layer : layers.layers()) {
      String written = layer.annotations().audience();
      if (written != null && !written.isEmpty()) {
        trail.setting(layer.holder(), keys.audience(), written);
        return report(empty, written, trail);
      }
      if (written != null) {
        empty.add(new Annotation(layer.holder(), keys.audience(), written));
      }
    }
    trail.flag(keys.audience(), settings.audience());
    return report(empty, settings.audience(), trail);
  }

  private static String report(List<Annotation> empty, String used, Trail trail) {
    empty.forEach(annotation -> trail.add(Finding.of(Reason.AUDIENCE_EMPTY, annotation, used)));
    return used;
  }

  private long expiration(SettingLayers layers, Trail trail) {
    return layers.<Long>find(
        keys.tokenExpiration(),
        IdentityAnnotations::tokenExpiration,
        annotation ->
            switch (TokenExpiration.parse(annotation)) {
              case TokenExpiration.Lifetime(long seconds) -> new Read.Valid<>(seconds);
              case TokenExpiration.Ignored(Finding finding) -> new Read.Ignored<>(finding);
            },
        settings.tokenExpirationSeconds(),
        trail);
  }

  private StsEndpoints endpoints(SettingLayers layers, Trail trail) {
    boolean regional =
        layers.<Boolean>find(
            keys.stsRegionalEndpoints(),
            IdentityAnnotations::stsRegionalEndpoints,
            annotation ->
                GoBoolean.parse(annotation.value())
                    .<Read<Boolean>>map(Read.Valid::new)
                    .orElseGet(() ->
                        new Read.Ignored<>(
                            Finding.of(Reason.STS_REGIONAL_ENDPOINTS_INVALID, annotation))),
            settings.regionalSts(),
            trail);
    return regional ? StsEndpoints.REGIONAL : StsEndpoints.SDK_DEFAULT;
  }

  private Optional<String> region(SettingLayers layers, Trail trail) {
    return layers.find(
        keys.region(),
        annotations -> annotations.session().region(),
        SettingResolver::region,
        settings.region(),
        trail);
  }

  private static Read<Optional<String>> region(Annotation annotation) {
    if (annotation.value().isEmpty()) {
      return new Read.Valid<>(Optional.empty());
    }
    return RegionName.possible(annotation.value())
        ? new Read.Valid<>(Optional.of(annotation.value()))
        : new Read.Ignored<>(Finding.of(Reason.REGION_INVALID, annotation));
  }
}
