package io.webidentity.injection;

import com.fasterxml.jackson.core.JsonParser;
import io.webidentity.jsonpatch.Presence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pod, or a pod template, once and by streaming, into the few fields that decide; all
 * others are passed by without being built, as this happens for every pod that a cluster creates.
 *
 * <p>{@code null} counts as absent, as Go decodes it. Of members with the same name the last one
 * counts. Values of the wrong type are an error in the fields that are read, and pass unseen in
 * others: the API server has checked those.
 */
public final class PodReader {
  /** A finding about a name; the time to look for it is that of a few kilobytes of JSON, too. */
  private static final int FINDING_BYTES = 4096;

  private final AnnotationKeys keys;
  private final UnreadAnnotations unread;
  private final boolean readsOwners;
  private final boolean readsReferences;

  /**
   * A reader of annotations and labels with this prefix, without its slash; owners are passed by.
   */
  public PodReader(String annotationPrefix) {
    this(new AnnotationKeys(annotationPrefix), false, true);
  }

  private PodReader(AnnotationKeys keys, boolean readsOwners, boolean readsReferences) {
    this.keys = keys;
    this.unread = new UnreadAnnotations(keys);
    this.readsOwners = readsOwners;
    this.readsReferences = readsReferences;
  }

  /** The same, but it reads owners, too. */
  public PodReader withOwners() {
    return new PodReader(keys, true, readsReferences);
  }

  /**
   * The same for pods without a dollar sign, of which no value has to be looked at: most of a large
   * pod's text.
   */
  public PodReader withoutReferences() {
    return new PodReader(keys, readsOwners, false);
  }

  /**
   * Reads the pod at whose START_OBJECT the parser stands, and leaves the parser at its END_OBJECT.
   *
   * @param memory for what is kept of the pod, and for what is decided about it
   * @throws MalformedPodException if a value has the wrong type
   * @throws MemoryExceededException if the pod takes more memory than there is
   * @throws IOException if the parser fails: what it reads is not JSON
   */
  public Pod read(JsonParser parser, MemoryBudget memory)
      throws IOException, MalformedPodException {
    PodJson json = new PodJson(parser, memory, readsReferences);
    Pod.Metadata metadata = Pod.Metadata.NONE;
    Pod.Spec spec = Pod.Spec.NONE;
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "metadata" -> metadata = metadata(json);
        case "spec" -> spec = SpecReader.read(json);
        default -> json.skip();
      }
    }
    return new Pod(metadata, spec);
  }

  private Pod.Metadata metadata(PodJson json) throws IOException, MalformedPodException {
    if (!json.object()) {
      return Pod.Metadata.NONE;
    }
    String podName = "";
    String generateName = "";
    String namespace = "";
    Pod.Labels labels = Pod.Labels.NONE;
    Annotations annotations = Annotations.NONE;
    List<Finding> unread = new ArrayList<>(0);
    Pod.Owner controller = null;
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "name" -> podName = json.text();
        case "generateName" -> generateName = json.text();
        case "namespace" -> namespace = json.text();
        case "labels" -> labels = labels(json, unread);
        case "annotations" -> annotations = annotations(json, unread);
        case "ownerReferences" -> {
          if (readsOwners) {
            controller = OwnerReader.controller(json);
          } else {
            json.skip();
          }
        }
        default -> json.skip();
      }
    }
    return new Pod.Metadata(
        Presence.PRESENT,
        podName,
        generateName,
        namespace,
        labels,
        annotations.mirror(),
        annotations.skipContainers(),
        annotations.includeContainers(),
        annotations.tokenExpiration(),
        unread,
        annotations.kube2iamRole(),
        controller);
  }

  private Pod.Labels labels(PodJson json, List<Finding> found)
      throws IOException, MalformedPodException {
    if (!json.object()) {
      return Pod.Labels.NONE;
    }
    boolean skip = false;
    String podIdentity = "";
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals(AnnotationKeys.POD_IDENTITY_LABEL)) {
        podIdentity = json.text();
      } else {
        skip |= name.equals(AnnotationKeys.SKIP_LABEL) || name.equals(keys.skipLabel());
        passBy(Annotation.Holder.POD_LABEL, name, json, found);
      }
    }
    return new Pod.Labels(Presence.PRESENT, skip, podIdentity);
  }

  /** A key whose value is {@code null} has an empty one, as where Go decodes a map of strings. */
  private Annotations annotations(PodJson json, List<Finding> found)
      throws IOException, MalformedPodException {
    if (!json.object()) {
      return Annotations.NONE;
    }
    boolean mirror = false;
    String skipContainers = null;
    String includeContainers = null;
    String tokenExpiration = null;
    String kube2iamRole = null;
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals(keys.skipContainers())) {
        skipContainers = json.listText();
      } else if (name.equals(keys.includeContainers())) {
        includeContainers = json.listText();
      } else if (name.equals(keys.tokenExpiration())) {
        tokenExpiration = json.text();
      } else if (name.equals(UnreadAnnotations.KUBE2IAM_ROLE)) {
        kube2iamRole = json.text();
      } else {
        mirror |= name.equals(AnnotationKeys.MIRROR);
        passBy(Annotation.Holder.POD, name, json, found);
      }
    }
    return new Annotations(
        mirror, skipContainers, includeContainers, tokenExpiration, kube2iamRole);
  }

  /** Passes a value by, unless its name looks as if somebody read it. */
  private void passBy(Annotation.Holder holder, String key, PodJson json, List<Finding> found)
      throws IOException, MalformedPodException {
    if (unread.concerns(key) && found.size() < UnreadAnnotations.MOST) {
      json.take(FINDING_BYTES);
      unread.find(new Annotation(holder, key, json.text())).ifPresent(found::add);
    } else {
      json.skip();
    }
  }

  private record Annotations(
      boolean mirror,
      @Nullable String skipContainers,
      @Nullable String includeContainers,
      @Nullable String tokenExpiration,
      @Nullable String kube2iamRole) {
    static final Annotations NONE = new Annotations(false, null, null, null, null);
  }
}
