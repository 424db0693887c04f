package io.webidentity.identity;

import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.NamespaceProperties;
import io.webidentity.aws.RoleArn;
import io.webidentity.config.IdentitySettings;
import io.webidentity.identity.Trail.Source;
import io.webidentity.injection.Annotation;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Reason;
import io.webidentity.injection.SessionSettings;
import io.webidentity.injection.UnreadAnnotations;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the identity of a pod's account (docs/contract.md, "Which identity"); {@link
 * SettingResolver} makes its settings. Blocks nowhere, and depends on nothing but what its sources
 * say at the moment.
 *
 * <p>Where a role was found by annotation, a Namespace that could not be read leaves it undecided
 * as well: settings that the account leaves out may be there.
 */
public final class IdentityResolver {
  private final AnnotationKeys keys;
  private final SettingResolver resolver;
  private final UnreadAnnotations unread;
  private final IdentitySources sources;

  /** Resolves with these settings and sources. */
  public IdentityResolver(
      IdentitySettings settings, SessionSettings sessions, IdentitySources sources) {
    this.keys = new AnnotationKeys(settings.annotationPrefix());
    this.unread = new UnreadAnnotations(keys);
    this.resolver = new SettingResolver(settings, sessions);
    this.sources = sources;
  }

  /**
   * The identity of pods of the account.
   *
   * @param found what is known of the account
   * @param namespace what is known of its Namespace
   * @param trail notes how the resolution comes about
   */
  public Resolution resolve(
      AccountKey account,
      ObjectLookup<IdentityAnnotations> found,
      ObjectLookup<NamespaceProperties> namespace,
      Trail trail) {
    IdentityAnnotations annotations = annotations(found);
    findUnread(Annotation.Holder.SERVICE_ACCOUNT, annotations, trail);
    findUnread(Annotation.Holder.NAMESPACE, defaults(namespace), trail);
    if (sources.containerCredentials().contains(account)) {
      trail.answer(Source.CONTAINER_CREDENTIALS, "lists the account");
      return new Resolution.Resolved(
          resolver.container(SettingLayers.of(annotations, defaults(namespace)), trail),
          Source.CONTAINER_CREDENTIALS);
    }
    Optional<WrittenRole> own =
        role(Annotation.Holder.SERVICE_ACCOUNT, keys.roleArn(), annotations.roleArn(), trail);
    trail.answer(Source.SERVICE_ACCOUNT, account(found, own));
    if (own.isPresent()) {
      return byAnnotation(account, own.get(), annotations, namespace, trail);
    }
    if (!sources.roleMap().ready()) {
      return new Resolution.Undecided(Reason.LOOKUP_FAILED, "The role map was not read yet.");
    }
    Optional<RoleMap.Entry> entry = sources.roleMap().find(account);
    Optional<WrittenRole> mapped =
        entry.flatMap(
            there -> role(Annotation.Holder.ROLE_MAP, there.key(), there.roleArn(), trail));
    trail.answer(
        Source.ROLE_MAP,
        entry.isEmpty() ? "no entry" : mapped.isEmpty() ? "entry %s has no role" : "entry %s",
        entry.map(RoleMap.Entry::key).orElse(""));
    if (mapped.isPresent()) {
      if (found instanceof ObjectLookup.Failed) {
        trail.add(Finding.serviceAccountUnknown(account.name(), entry.get().key()));
      }
      return new Resolution.Resolved(
          resolver.mapped(account, mapped.get(), entry.get(), trail), Source.ROLE_MAP);
    }
    if (found instanceof ObjectLookup.Failed(LookupResult result, String message)) {
      return Resolution.Undecided.of(result, message);
    }
    sources.roleMap().problem(account).ifPresent(trail::add);
    if (entry.isPresent()) {
      return new Resolution.None(Reason.NO_ROLE, trail.findings());
    }
    return byNamespace(account, found, namespace, trail);
  }

  private Resolution byNamespace(
      AccountKey account,
      ObjectLookup<IdentityAnnotations> found,
      ObjectLookup<NamespaceProperties> namespace,
      Trail trail) {
    Optional<WrittenRole> role =
        role(Annotation.Holder.NAMESPACE, keys.roleArn(), defaults(namespace).roleArn(), trail);
    trail.answer(
        Source.NAMESPACE,
        namespace instanceof ObjectLookup.Failed
            ? "not known"
            : role.isPresent() ? "has a role" : "no role annotation");
    if (role.isPresent()) {
      return byAnnotation(account, role.get(), annotations(found), namespace, trail);
    }
    return switch (namespace) {
      case ObjectLookup.Failed(LookupResult result, String message) ->
          Resolution.Undecided.of(result, message);
      case ObjectLookup.Found<?> _, ObjectLookup.NotFound<?> _ -> {
        findEmpty(Annotation.Holder.SERVICE_ACCOUNT, annotations(found), trail);
        findEmpty(Annotation.Holder.NAMESPACE, defaults(namespace), trail);
        yield new Resolution.None(
            found instanceof ObjectLookup.NotFound
                ? Reason.SERVICE_ACCOUNT_NOT_FOUND
                : Reason.NO_ROLE,
            trail.findings());
      }
    };
  }

  private void findUnread(Annotation.Holder holder, IdentityAnnotations object, Trail trail) {
    object
        .unread()
        .forEach(
            (key, value) -> unread.find(new Annotation(holder, key, value)).ifPresent(trail::add));
  }

  /** An annotation without a role, where no other has one either: a template's, mostly. */
  private void findEmpty(Annotation.Holder holder, IdentityAnnotations object, Trail trail) {
    if (object.roleArn() != null && !object.hasRole()) {
      trail.add(
          Finding.of(
              Reason.ROLE_ARN_EMPTY, new Annotation(holder, keys.roleArn(), object.roleArn())));
    }
  }

  private Resolution byAnnotation(
      AccountKey account,
      WrittenRole role,
      IdentityAnnotations annotations,
      ObjectLookup<NamespaceProperties> namespace,
      Trail trail) {
    if (namespace instanceof ObjectLookup.Failed(LookupResult result, String message)) {
      return Resolution.Undecided.of(result, message);
    }
    return new Resolution.Resolved(
        resolver.webIdentity(
            account, role, SettingLayers.of(annotations, defaults(namespace)), trail),
        role.annotation().holder() == Annotation.Holder.NAMESPACE
            ? Source.NAMESPACE
            : Source.SERVICE_ACCOUNT);
  }

  private static String account(
      ObjectLookup<IdentityAnnotations> found, Optional<WrittenRole> role) {
    return switch (found) {
      case ObjectLookup.Found(IdentityAnnotations annotations) ->
          role.isPresent()
              ? "has a role"
              : annotations.roleArn() == null ? "no role annotation" : "empty role annotation";
      case ObjectLookup.NotFound<?> _ -> "does not exist";
      case ObjectLookup.Failed<?> _ -> "not known";
    };
  }

  private static IdentityAnnotations annotations(ObjectLookup<IdentityAnnotations> account) {
    return switch (account) {
      case ObjectLookup.Found(IdentityAnnotations annotations) -> annotations;
      case ObjectLookup.NotFound<?> _, ObjectLookup.Failed<?> _ -> IdentityAnnotations.NONE;
    };
  }

  private static IdentityAnnotations defaults(ObjectLookup<NamespaceProperties> namespace) {
    return switch (namespace) {
      case ObjectLookup.Found(NamespaceProperties found) -> found.defaults();
      case ObjectLookup.NotFound<?> _, ObjectLookup.Failed<?> _ -> IdentityAnnotations.NONE;
    };
  }

  private Optional<WrittenRole> role(
      Annotation.Holder holder, String key, @Nullable String value, Trail trail) {
    Optional<RoleArn> written = value == null ? Optional.empty() : RoleArn.of(value);
    if (value == null || written.isEmpty()) {
      return Optional.empty();
    }
    Annotation annotation = new Annotation(holder, key, value);
    if (!written.get().value().equals(value)) {
      trail.add(Finding.of(Reason.ROLE_ARN_BLANKS, annotation));
    }
    RoleArn role = new RoleArn(sources.roleCompletion().apply(written.get().value()));
    trail.setting(holder, key, value);
    WrittenRole found = WrittenRole.of(role, annotation);
    if (found.form() == RoleArn.Form.MALFORMED) {
      trail.add(Finding.of(Reason.ROLE_ARN_MALFORMED, annotation));
    }
    return Optional.of(found);
  }

  /**
   * A role with what it was read of.
   *
   * @param arn without blanks, and complete
   * @param form the form of this ARN, looked at once
   */
  record WrittenRole(RoleArn arn, RoleArn.Form form, Annotation annotation) {
    static WrittenRole of(RoleArn arn, Annotation annotation) {
      return new WrittenRole(arn, arn.form(), annotation);
    }
  }
}
