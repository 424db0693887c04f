package io.webidentity.identity;

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
  /** What metrics and logs call a role policy. */
  static final String NAME = "role_policy";

  private static final Logger LOG = LoggerFactory.getLogger(RolePolicyFile.class);

  private final Path file;
  private final RepeatedLook looks;

  private volatile @Nullable RolePolicy current;
  private @Nullable String taken;
  private @Nullable String before;

  /**
   * Not read yet.
   *
   * @param interval time between two looks at the file
   */
  public RolePolicyFile(Path file, Duration interval) {
    this.file = file;
    this.looks = new RepeatedLook("role-policy", interval, this::look, this::report);
  }

  @Override
  public void read() throws UnusableContentException {
    take(text());
  }

  @Override
  public Optional<RolePolicy> current() {
    return Optional.ofNullable(current);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void start() {
    looks.start();
  }

  @Override
  public boolean ready() {
    return current != null;
  }

  @Override
  public int entries() {
    return current().map(policy -> policy.rules().size()).orElse(0);
  }

  @Override
  public long failures() {
    return looks.failures();
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
    if (!text.equals(taken) && settled) {
      take(text);
    }
  }

  private void take(String text) throws UnusableContentException {
    RolePolicy policy = RolePolicyReader.read(file.toString(), text);
    current = policy;
    taken = text;
    LOG.info(
        "role policy with {} rules, enforce: {}, read from {}",
        policy.rules().size(),
        policy.enforcement().word(),
        file);
  }

  private void report(String problem, @Nullable Throwable bug) {
    LOG.atWarn()
        .setCause(bug)
        .log("{}; the role policy that was read before stays in force", problem);
  }
}
