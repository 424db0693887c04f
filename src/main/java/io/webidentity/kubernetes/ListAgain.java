package io.webidentity.kubernetes;

/** What comes of asking for everything to be read again. */
public enum ListAgain {
  /** It has begun. */
  STARTED,
  /** It was going on already. */
  UNDER_WAY,
  /** It happens all the time, without being asked for. */
  NOT_NEEDED
}
