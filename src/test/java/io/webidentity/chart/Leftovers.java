package io.webidentity.chart;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Objects of every kind that a cluster has, which carry the label of the chart's release. */
record Leftovers(KubernetesClient client) {
  private static final String LABEL = "app.kubernetes.io/instance";

  /** Kind, namespace and name of each. */
  List<String> find() {
    Stream<String> named =
        client.getApiGroups().getGroups().stream()
            .map(group -> group.getPreferredVersion().getGroupVersion());
    return Stream.concat(Stream.of("v1"), named).flatMap(this::ofVersion).toList();
  }

  private Stream<String> ofVersion(String groupVersion) {
    return Optional.ofNullable(client.getApiResources(groupVersion))
        .map(APIResourceList::getResources)
        .orElse(List.of())
        .stream()
        .filter(kind -> kind.getVerbs().contains("list"))
        .flatMap(kind -> ofKind(groupVersion, kind));
  }

  private Stream<String> ofKind(String groupVersion, APIResource kind) {
    int slash = groupVersion.indexOf('/');
    ResourceDefinitionContext context =
        new ResourceDefinitionContext.Builder()
            .withGroup(slash < 0 ? "" : groupVersion.substring(0, slash))
            .withVersion(groupVersion.substring(slash + 1))
            .withKind(kind.getKind())
            .withPlural(kind.getName())
            .withNamespaced(kind.getNamespaced())
            .build();
    try {
      return client
          .genericKubernetesResources(context)
          .inAnyNamespace()
          .withLabel(LABEL, ChartInstallation.NAME)
          .list()
          .getItems()
          .stream()
          .map(object ->
              "%s %s/%s"
                  .formatted(
                      object.getKind(),
                      object.getMetadata().getNamespace(),
                      object.getMetadata().getName()));
    } catch (KubernetesClientException e) {
      // A kind may go, with its group, between the list of kinds and that of its objects.
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return Stream.of();
      }
      throw e;
    }
  }
}
