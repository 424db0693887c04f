package io.webidentity.e2e.app;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JSON Web Token, read without verifying it: to say what is in it. Its text is a secret and not
 * printed.
 */
final class Jwt {
  private final String claims;

  private Jwt(String claims) {
    this.claims = claims;
  }

  /** Takes a token apart; what is not a token has no claims. */
  static Jwt of(String token) {
    String[] parts = token.strip().split("\\.", -1);
    return new Jwt(
        parts.length == 3
            ? new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
            : "");
  }

  /** A claim that is a string, a number or a list of one string; empty where there is none. */
  String claim(String name) {
    Matcher matcher =
        Pattern.compile("\"" + Pattern.quote(name) + "\":\\[?(?:\"([^\"]*)\"|(\\d+))")
            .matcher(claims);
    if (!matcher.find()) {
      return "";
    }
    return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
  }
}
