package io.webidentity.cli.serve;

import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.FlagGroup;
import io.webidentity.cli.flag.GoDuration;
import io.webidentity.cli.flag.Values;
import java.time.Duration;
import java.util.List;

/** Flags that change nothing: accepted, so that no start script has to change. */
final class IgnoredFlags {
  /** The reference's, for an informer that this webhook does not have. */
  private static final Flag<Duration> RESYNC_PERIOD =
      Flag.taking("resync-period", "DURATION", FlagGroup.IGNORED, GoDuration::parse, "");

  /** All of them; beside the first, those of klog, which the reference logs with, but {@code v}. */
  static final List<Flag<?>> ALL =
      List.of(
          RESYNC_PERIOD,
          bool("add_dir_header"),
          bool("alsologtostderr"),
          bool("legacy_stderr_threshold_behavior"),
          taking("log_backtrace_at", "FILE:LINE"),
          taking("log_dir", "FOLDER"),
          taking("log_file", "FILE"),
          taking("log_file_max_size", "MEGABYTES"),
          bool("logtostderr"),
          bool("one_output"),
          bool("skip_headers"),
          bool("skip_log_headers"),
          taking("stderrthreshold", "SEVERITY"),
          taking("vmodule", "PATTERNS"));

  private IgnoredFlags() {}

  private static Flag<Boolean> bool(String name) {
    return Flag.bool(name, FlagGroup.IGNORED, false, "");
  }

  private static Flag<String> taking(String name, String label) {
    return Flag.taking(name, label, FlagGroup.IGNORED, Values::anything, "");
  }
}
