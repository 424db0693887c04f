package io.webidentity.identity.source;

import io.webidentity.account.AccountKey;
import io.webidentity.identity.ContainerCredentialsAccounts;
import io.webidentity.watch.FileText;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.UnusableContentException;
import io.webidentity.watch.WatchedSource;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of {@code --watch-container-credentials-config}: which accounts get container
 * credentials. The format is that of {@link ContainerCredentialsList}.
 *
 * <p>No file is an empty one. New content is taken once two looks have read the same, so that a
 * file is not taken half written, nor an emptied one that is about to be filled; content that
 * cannot be read changes nothing.
 */
public final class ContainerCredentialsFile implements ContainerCredentialsAccounts, WatchedSource {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerCredentialsFile.class);

  private final Path file;
  private final RepeatedLook looks;

  private volatile ContainerCredentialsList current = ContainerCredentialsList.EMPTY;
  private volatile boolean read;
  private @Nullable String taken;
  private @Nullable String before;

  /**
   * Not read yet.
   *
   * @param interval time between two looks at the file
   */
  public ContainerCredentialsFile(Path file, Duration interval) {
    this.file = file;
    this.looks = new RepeatedLook("container_credentials", interval, this::look, this::report);
  }

  /**
   * The accounts that a file lists now.
   *
   * @throws UnusableContentException if it is not there or not such a list
   */
  public static ContainerCredentialsAccounts readOnce(Path file) throws UnusableContentException {
    return of(file.toString(), FileText.require(file));
  }

  /**
   * The accounts that a text lists.
   *
   * @param place where it is from, for messages
   * @throws UnusableContentException if it is not such a list
   */
  public static ContainerCredentialsAccounts of(String place, String text)
      throws UnusableContentException {
    return ContainerCredentialsList.parse(text, place)::contains;
  }

  @Override
  public boolean contains(AccountKey account) {
    return current.contains(account);
  }

  @Override
  public void start() {
    looks.lookNow();
    read = true;
    looks.start();
  }

  @Override
  public boolean ready() {
    return read;
  }

  @Override
  public int entries() {
    return current.size();
  }

  @Override
  public RepeatedLook looks() {
    return looks;
  }

  @Override
  public void close() {
    looks.close();
  }

  private void look() throws UnusableContentException {
    String text = FileText.read(file).orElse("");
    boolean settled = text.equals(before) || !read;
    before = text;
    if (text.equals(taken) || !settled) {
      return;
    }
    ContainerCredentialsList list = ContainerCredentialsList.parse(text, file.toString());
    current = list;
    taken = text;
    LOG.info("{} identities for container credentials read from {}", list.size(), file);
    list.ignored().forEach(problem -> LOG.warn("{}: {}", file, problem));
  }

  private void report(String problem, @Nullable Throwable bug) {
    LOG.atWarn().setCause(bug).log("{}; what was read before stays in use", problem);
  }
}
