package io.webidentity.jsonpatch;

/** Whether an object or an array is there to be added to. */
public enum Presence {
  /** It is there, possibly empty. */
  PRESENT,
  /** It is absent or {@code null}: it has to be created before anything can be added to it. */
  MISSING
}
