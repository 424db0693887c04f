package io.webidentity.identity;

import io.webidentity.account.IdentityAnnotations;
import io.webidentity.injection.Annotation;
import io.webidentity.injection.Finding;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The objects whose annotations make an identity's settings, the one that counts first before the
 * others: each setting comes from the first of them that has a valid value.
 *
 * @param layers in the order in which they count
 */
record SettingLayers(List<Layer> layers) {
  /** No object has a say: flags decide. */
  static final SettingLayers NONE = new SettingLayers(List.of());

  /** The annotations of one object. */
  record Layer(Annotation.Holder holder, IdentityAnnotations annotations) {}

  /** What became of one value. */
  sealed interface Read<T> {
    /** It is the setting. */
    record Valid<T>(T value) implements Read<T> {}

    /** It was ignored: the next place counts. */
    record Ignored<T>(Finding finding) implements Read<T> {}
  }

  /** An account's annotations, and after them those of its namespace. */
  static SettingLayers of(IdentityAnnotations account, IdentityAnnotations namespace) {
    Layer first = new Layer(Annotation.Holder.SERVICE_ACCOUNT, account);
    return new SettingLayers(
        namespace.equals(IdentityAnnotations.NONE)
            ? List.of(first)
            : List.of(first, new Layer(Annotation.Holder.NAMESPACE, namespace)));
  }

  /**
   * One setting.
   *
   * @param key the annotation's key
   * @param value reads its value; null where an object does not have it
   * @param reader tells whether a value is valid
   * @param flag the setting where no object has a valid one
   */
  <T> T find(
      String key,
      Function<IdentityAnnotations, @Nullable String> value,
      Function<Annotation, Read<T>> reader,
      T flag,
      Trail trail) {
    for (Layer layer : layers) {
      String written = value.apply(layer.annotations());
      if (written == null) {
        continue;
      }
      switch (reader.apply(new Annotation(layer.holder(), key, written))) {
        case Read.Valid<T>(T found) -> {
          trail.setting(layer.holder(), key, written);
          return found;
        }
        case Read.Ignored<T>(Finding finding) -> trail.add(finding);
      }
    }
    trail.flag(key, flag);
    return flag;
  }
}
