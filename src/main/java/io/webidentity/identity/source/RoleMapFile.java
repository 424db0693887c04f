package io.webidentity.identity.source;

import io.webidentity.account.AccountKey;
import io.webidentity.identity.RoleMap;
import io.webidentity.injection.Finding;
import io.webidentity.watch.FileText;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Path;
import java.util.Optional;

/** A role map in a file, in the format of {@link RoleMapReader}, as it was when it was read. */
public final class RoleMapFile implements RoleMap {
  private final Path file;
  private final RoleMapContent content;

  private RoleMapFile(Path file, RoleMapContent content) {
    this.file = file;
    this.content = content;
  }

  /**
   * Reads a file.
   *
   * @throws UnusableContentException if it is not there, or no role map
   */
  public static RoleMap read(Path file) throws UnusableContentException {
    String text = FileText.require(file);
    try {
      return new RoleMapFile(file, RoleMapReader.read(text, RoleMapContent.EMPTY));
    } catch (UnusableContentException e) {
      throw new UnusableContentException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  @Override
  public Optional<Entry> find(AccountKey account) {
    return content.find(account);
  }

  @Override
  public Optional<Finding> problem(AccountKey account) {
    return content.problem(account).map(problem -> Finding.roleMapBroken(file.toString(), problem));
  }
}
