package io.webidentity.cli.serve;

import io.webidentity.cli.flag.Command;
import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.FlagRule;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.ProcessIo;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.server.ServeAction;
import java.util.List;

/**
 * The admission server: what the program does without a sub-command.
 *
 * @param action runs the server
 */
public record ServeCommand(ServeAction action, List<Command> subcommands) implements Command {
  public ServeCommand {
    subcommands = List.copyOf(subcommands);
  }

  @Override
  public String name() {
    return "webhook";
  }

  @Override
  public String summary() {
    return "Kubernetes admission webhook that gives pods cloud credentials without secrets.";
  }

  @Override
  public String synopsis() {
    return "[FLAG ...]";
  }

  @Override
  public List<String> footer() {
    return List.of(
        "Every flag is --flag=value or --flag value; a boolean may stand bare and then means true.",
        "Durations are written 100ms, 1m30s, 1.5h or 0.",
        "Each flag can also be given by an environment variable: its name in upper case, - as _,",
        "after WEBHOOK_FLAG_, as in WEBHOOK_FLAG_TOKEN_AUDIENCE; the command line wins.",
        "",
        "Examples:",
        "  Serve in a cluster, with a mounted certificate:",
        "    webhook --tls-cert /etc/webhook/certs/tls.crt --tls-key /etc/webhook/certs/tls.key",
        "  Serve against a cluster from outside, on a port of your own:",
        "    webhook --kubeconfig ~/.kube/config --port 8443 --self-signed",
        "  Serve on a laptop, without any cluster:",
        "    webhook --service-accounts accounts.yaml --self-signed \\",
        "      --self-signed-ca-out ca.pem --port 8443",
        "",
        "Exit codes: 0 after an orderly stop, 1 if the server could not start or failed, 2 for a",
        "wrong flag or value.");
  }

  @Override
  public List<Flag<?>> flags() {
    return ServeFlags.ALL;
  }

  @Override
  public List<FlagRule> rules() {
    return FlagRules.SERVE;
  }

  @Override
  public int run(GivenFlags flags, ProcessIo process) throws UsageException {
    return action.serve(new ServeSettingsReader(flags, process.usualLogFormat()).read());
  }
}
