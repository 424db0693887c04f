package io.webidentity.cli;

/** The shells that the program has a completion for, and how they load one. */
enum Shell {
  BASH("source <(webhook completion bash)"),
  ZSH("source <(webhook completion zsh)"),
  FISH("webhook completion fish | source");

  private final String loading;

  Shell(String loading) {
    this.loading = loading;
  }

  String loading() {
    return loading;
  }
}
