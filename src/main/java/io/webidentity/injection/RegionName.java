package io.webidentity.injection;

import java.util.regex.Pattern;

/** Names of regions, as far as they are checked: clouds other than AWS's choose their own. */
public final class RegionName {
  /** Visible ASCII, without what kubelet would expand. */
  private static final Pattern NAME = Pattern.compile("[!-#%-~]{1,128}");

  private RegionName() {}

  /** Whether this can be one. */
  public static boolean possible(String text) {
    return NAME.matcher(text).matches();
  }
}
