package io.webidentity.cli;

import io.webidentity.cli.flag.Command;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.ProcessIo;
import io.webidentity.server.Version;
import java.util.List;

/** {@code webhook version}: which build this is. */
record VersionCommand() implements Command {
  @Override
  public String name() {
    return "version";
  }

  @Override
  public String summary() {
    return "Print the version, as --version does.";
  }

  @Override
  public List<String> footer() {
    return List.of();
  }

  @Override
  public int run(GivenFlags flags, ProcessIo process) {
    return print(process);
  }

  int print(ProcessIo process) {
    process.out().println(Version.ofThisBuild().line());
    return 0;
  }
}
