package io.webidentity.identity.source;

import io.webidentity.account.AccountKey;
import io.webidentity.identity.RoleMap;
import io.webidentity.injection.Finding;
import io.webidentity.watch.FileText;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A role map in a file or another text, in the format of {@link RoleMapReader}, as it was when it
 * was read.
 */
public final class RoleMapFile implements RoleMap {
  private final String place;
  private final RoleMapContent content;

  private RoleMapFile(String place, RoleMapContent content) {
    this.place = place;
    this.content = content;
  }

  /**
   * Reads a file.
   *
   * @throws UnusableContentException if it is not there, or no role map
   */
  public static RoleMap read(Path file) throws UnusableContentException {
    return of(file.toString(), FileText.require(file));
  }

  /**
   * Reads a text.
   *
   * @param place where it is from, for messages
   * @throws UnusableContentException if it is no role map
   */
  public static RoleMap of(String place, String text) throws UnusableContentException {
    try {
      return new RoleMapFile(place, RoleMapReader.read(text, RoleMapContent.EMPTY));
    } catch (UnusableContentException e) {
      throw new UnusableContentException("%s: %s".formatted(place, e.getMessage()), e);
    }
  }

  @Override
  public Optional<Entry> find(AccountKey account) {
    return content.find(account);
  }

  @Override
  public Optional<Finding> problem(AccountKey account) {
    return content.problem(account).map(problem -> Finding.roleMapBroken(place, problem));
  }
}
