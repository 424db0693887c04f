package io.webidentity.kubernetes;

import io.webidentity.watch.UnusableContentException;

/** Takes what a {@link Reflector} reads. One thread calls it. */
public interface ObjectSink {
  /** A list begins; one that began before and did not end is forgotten. */
  void listBegins();

  /** The list shows this object. */
  void listed(ApiObject object);

  /** The list is complete: what it has not shown is no longer there. */
  void listEnds();

  /** The watch shows that this object has appeared or changed. */
  void changed(ApiObject object);

  /**
   * The object is no longer there.
   *
   * @param key as {@link ApiObject#key} has it
   */
  void removed(String key);

  /**
   * All that was read is there. Called about once a second, also where nothing changed.
   *
   * @throws UnusableContentException if it cannot be used
   */
  void check() throws UnusableContentException;
}
