package io.webidentity.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One ConfigMap of the cluster, listed and watched by its name: the right to {@code list} and
 * {@code watch} it is enough.
 */
public final class ConfigMapWatch implements AutoCloseable {
  /** Takes what the ConfigMap has. */
  @FunctionalInterface
  public interface Taker {
    /**
     * The ConfigMap is this now. Called again about once a second, also where nothing changed.
     *
     * @param data empty if there is no such ConfigMap
     * @throws UnusableContentException if the data cannot be used
     */
    void take(Optional<Map<String, String>> data) throws UnusableContentException;
  }

  private final String name;
  private final Reflector reflector;

  /**
   * Not started.
   *
   * @param loop name of the loop in metrics
   * @param report told what cannot be read or used
   * @param nanoTime measures ages
   */
  public ConfigMapWatch(
      String loop,
      AccountSourceSettings.Cluster settings,
      String namespace,
      String name,
      Taker taker,
      RepeatedLook.Report report,
      LongSupplier nanoTime) {
    this.name = "ConfigMap " + namespace + "/" + name;
    this.reflector =
        new Reflector(
            loop,
            "/api/v1/namespaces/%s/configmaps?fieldSelector=metadata.name%%3D%s"
                .formatted(namespace, name),
            this.name,
            new ApiServer(settings, PodCredentials.ofThisProcess(), nanoTime),
            new Content(taker),
            report,
            nanoTime);
  }

  /**
   * Reads it once, on the caller's thread.
   *
   * @return false if the API server gave no answer, which may come later
   * @throws UnusableContentException if the data cannot be used, or the webhook may not read them
   */
  public boolean readNow() throws UnusableContentException {
    try {
      reflector.listNow();
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == 403) {
        throw new UnusableContentException(
            name + " may not be read (403); give this webhook the right to list and watch it", e);
      }
      return false;
    } catch (IOException _) {
      return false;
    }
  }

  /** Starts to list and watch; returns at once. */
  public void start() throws UnusableContentException {
    reflector.start(() -> true);
  }

  /** The loop. */
  public RepeatedLook looks() {
    return reflector.looks();
  }

  /** {@code ConfigMap namespace/name}. */
  @Override
  public String toString() {
    return name;
  }

  @Override
  public void close() {
    reflector.close();
  }

  private static final class Content implements ObjectSink {
    private final Taker taker;
    private @Nullable Map<String, String> found;

    Content(Taker taker) {
      this.taker = taker;
    }

    @Override
    public void listBegins() {
      found = null;
    }

    @Override
    public void listed(ApiObject object) {
      found = object.data();
    }

    @Override
    public void listEnds() {
      // See check().
    }

    @Override
    public void changed(ApiObject object) {
      found = object.data();
    }

    @Override
    public void removed(String key) {
      found = null;
    }

    @Override
    public void check() throws UnusableContentException {
      taker.take(Optional.ofNullable(found));
    }
  }
}
