package io.webidentity.rolepolicy;

import io.webidentity.policy.RolePolicy;
import io.webidentity.watch.FileText;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of {@code --role-policy}. It must be there and in order before the server starts: see
 * {@link #read}. After that, a file that is gone or cannot be read changes nothing, so that the
 * policy is never off by accident.
 *
 * <p>New content is taken once two looks have read the same: a file that is half written may be a
 * policy too.
 */
public final class RolePolicyFile implements WatchedRolePolicy {
  private static final Logger LOG = LoggerFactory.getLogger(RolePolicyFile.class);

  private final Path file;
  private final RepeatedLook looks;

  private final RolePolicyInForce current;
  private @Nullable String before;

  /**
   * Not read yet.
   *
   * @param interval time between two looks at the file
   */
  public RolePolicyFile(Path file, Duration interval) {
    this.file = file;
    this.current = new RolePolicyInForce(file.toString());
    this.looks = new RepeatedLook(RolePolicyInForce.NAME, interval, this::look, this::report);
  }

  @Override
  public void read() throws UnusableContentException {
    current.take(text());
  }

  @Override
  public Optional<RolePolicy> current() {
    return current.policy();
  }

  @Override
  public void start() {
    looks.lookNow();
    looks.start();
  }

  @Override
  public boolean ready() {
    return current.policy().isPresent();
  }

  @Override
  public int entries() {
    return current.rules();
  }

  @Override
  public RepeatedLook looks() {
    return looks;
  }

  @Override
  public void close() {
    looks.close();
  }

  private String text() throws UnusableContentException {
    Optional<String> text = FileText.read(file);
    if (text.isEmpty()) {
      throw new UnusableContentException(file + " does not exist; put a role policy there");
    }
    return text.get();
  }

  private void look() throws UnusableContentException {
    String text = text();
    boolean settled = text.equals(before);
    before = text;
    if (settled) {
      current.take(text);
    }
  }

  private void report(String problem, @Nullable Throwable bug) {
    LOG.atWarn()
        .setCause(bug)
        .log("{}; the role policy that was read before stays in force", problem);
  }
}
