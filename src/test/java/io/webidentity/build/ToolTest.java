package io.webidentity.build;

import static io.webidentity.build.DownloadServer.Answer.ALL_AGAIN;
import static io.webidentity.build.DownloadServer.Answer.HALF;
import static io.webidentity.build.DownloadServer.Answer.NOT_FOUND;
import static io.webidentity.build.DownloadServer.Answer.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code .mvn/tool} on a machine that has neither JDK nor Go, with a stand-in for the makers'
 * servers. The pins of these tests name a JDK 99 and a Go 9.99: no machine has one, so that what
 * this one has does not matter.
 */
final class ToolTest {
  private static final List<String> SHELL_TOOLS =
      List.of(
          "sh",
          "awk",
          "cat",
          "curl",
          "cut",
          "dirname",
          "grep",
          "gzip",
          "head",
          "ln",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sha256sum",
          "sleep",
          "tar",
          "tr",
          "wc");
  private static final String PROGRAM = "#!/bin/sh\necho this is version 99\n";
  private static final String PLATFORM = "linux-x64";

  @TempDir Path folder;
  private Path archive = Path.of("set up");

  private record Run(int exitCode, String output, String messages) {}

  @BeforeEach
  void make_a_machine_with_little() throws Exception {
    for (String tool : SHELL_TOOLS) {
      program(
          folder.resolve("path").resolve(tool),
          "#!/bin/sh\nexec " + onThisMachine(tool) + " \"$@\"\n");
    }
    machine("Linux", "x86_64");
    Path script = folder.resolve("project/.mvn/tool");
    Files.createDirectories(script.getParent());
    Files.copy(Path.of(".mvn/tool"), script);
    Files.createDirectories(folder.resolve("project/src/test/cluster"));
    Files.writeString(folder.resolve("project/src/test/cluster/go.mod"), "module x\n\ngo 9.99.0\n");
    archive = pack("jdk-99", "bin/javac");
    pin("jdk", PLATFORM, archive);
  }

  @Test
  void a_jdk_that_is_missing_is_fetched_once() throws Exception {
    try (DownloadServer server = DownloadServer.start(archive)) {
      Run first = tool(server, "jdk");
      Run second = tool(server, "jdk");

      assertThat(first.messages())
          .isEqualTo(
              "webhook build: fetching Eclipse Temurin JDK 99.0.1+2 for linux-x64 (3 MB) into "
                  + cache()
                  + "\n");
      assertThat(first.exitCode()).isZero();
      assertThat(Path.of(first.output().strip(), "bin/javac")).isExecutable().hasContent(PROGRAM);
      assertThat(second).isEqualTo(new Run(0, first.output(), ""));
      assertThat(server.requests()).containsExactly("/mirror/jdk-99.tar.gz");
      assertThat(cached()).containsExactly("jdk-99.0.1+2-linux-x64");
    }
  }

  @Test
  void on_macos_the_home_is_deeper() throws Exception {
    machine("Darwin", "arm64");
    Path mac = pack("jdk-99-mac", "Contents/Home/bin/javac");
    pin("jdk", "mac-arm64", mac);
    try (DownloadServer server = DownloadServer.start(mac)) {
      Run run = tool(server, "jdk");

      assertThat(run.output().strip()).endsWith("jdk-99.0.1+2-mac-arm64/Contents/Home");
      assertThat(Path.of(run.output().strip(), "bin/javac")).isExecutable();
    }
  }

  @Test
  void go_is_fetched_in_the_same_way() throws Exception {
    Path go = pack("go9.99", "bin/go");
    pin("go", PLATFORM, go);
    try (DownloadServer server = DownloadServer.start(go)) {
      Run run = tool(server, "go");

      assertThat(run.messages()).contains("fetching Go 99.0.1+2 for linux-x64 (3 MB)");
      assertThat(Path.of(run.output().strip(), "go")).isExecutable();
    }
  }

  @Test
  void an_installed_jdk_comes_first() throws Exception {
    Path installed = folder.resolve("home/.jdks/mine");
    program(installed.resolve("bin/javac"), PROGRAM);
    Files.writeString(installed.resolve("release"), "JAVA_VERSION=\"99.0.1\"\n");
    try (DownloadServer server = DownloadServer.start(archive)) {
      assertThat(tool(server, "jdk")).isEqualTo(new Run(0, installed + "\n", ""));
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void a_jdk_of_another_version_is_not_taken() throws Exception {
    Path installed = folder.resolve("home/.jdks/old");
    program(installed.resolve("bin/javac"), PROGRAM);
    Files.writeString(installed.resolve("release"), "JAVA_VERSION=\"9.9.1\"\n");
    try (DownloadServer server = DownloadServer.start(archive)) {
      assertThat(tool(server, "jdk").output()).contains(cache());
    }
  }

  @Test
  void an_installed_go_comes_first() throws Exception {
    program(folder.resolve("path/go"), PROGRAM);
    try (DownloadServer server = DownloadServer.start(archive)) {
      assertThat(tool(server, "go")).isEqualTo(new Run(0, folder.resolve("path") + "\n", ""));
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void a_download_that_breaks_off_goes_on() throws Exception {
    try (DownloadServer server = DownloadServer.start(archive, HALF, HALF)) {
      Run run = tool(server, "jdk");

      long half = Files.size(archive) / 2;
      assertThat(run.exitCode()).isZero();
      assertThat(server.requests())
          .hasSize(3)
          .element(1)
          .isEqualTo("/mirror/jdk-99.tar.gz bytes=" + half + "-");
      assertThat(Path.of(run.output().strip(), "bin/javac")).isExecutable();
    }
  }

  @Test
  void the_next_run_goes_on_with_what_an_earlier_one_has() throws Exception {
    try (DownloadServer server = DownloadServer.start(archive, HALF, UNAVAILABLE)) {
      Run first = tool(server, "jdk");
      Run second = tool(server, "jdk");

      assertOneSentence(first, "cannot fetch", "503", "install JDK 99");
      assertThat(second.exitCode()).isZero();
      assertThat(server.requests())
          .last()
          .isEqualTo("/mirror/jdk-99.tar.gz bytes=" + Files.size(archive) / 2 + "-");
    }
  }

  @Test
  void where_the_server_cannot_continue_the_next_run_starts_over() throws Exception {
    try (DownloadServer server = DownloadServer.start(archive, HALF, ALL_AGAIN)) {
      assertOneSentence(tool(server, "jdk"), "cannot fetch", "install JDK 99");
      assertThat(tool(server, "jdk").exitCode()).isZero();
      assertThat(server.requests()).last().isEqualTo("/mirror/jdk-99.tar.gz");
    }
  }

  @Test
  void a_wrong_checksum_leaves_nothing() throws Exception {
    Path pins = folder.resolve("project/.mvn/tool.pins");
    String wrong = "0".repeat(64);
    Files.writeString(pins, Files.readString(pins).replace(sha256(archive), wrong));
    try (DownloadServer server = DownloadServer.start(archive)) {
      Run run = tool(server, "jdk");

      assertOneSentence(run, sha256(archive) + " instead of " + wrong, "install JDK 99");
      assertThat(cached()).isEmpty();
    }
  }

  @Test
  void a_jdk_that_does_not_run_here_is_not_kept() throws Exception {
    Path broken = pack("broken", "bin/javac", "#!/bin/sh\nexit 127\n");
    pin("jdk", PLATFORM, broken);
    try (DownloadServer server = DownloadServer.start(broken)) {
      assertOneSentence(tool(server, "jdk"), "does not run on this machine", "install JDK 99");
      assertThat(cached()).noneMatch(name -> name.startsWith("jdk-99.0"));
    }
  }

  @Test
  void a_file_that_is_not_there_is_one_sentence() throws Exception {
    try (DownloadServer server = DownloadServer.start(archive, NOT_FOUND)) {
      assertOneSentence(
          tool(server, "jdk"), "cannot fetch", server.folder(), "404", "install JDK 99");
    }
  }

  @ParameterizedTest
  @CsvSource({"jdk, install JDK 99", "go, or start Docker"})
  void without_a_network_one_sentence_says_what_to_install(String tool, String advice)
      throws Exception {
    pin("go", PLATFORM, archive);
    DownloadServer server = DownloadServer.start(archive);
    server.close();

    assertOneSentence(tool(server, tool), "cannot fetch", "curl: (7)", advice);
  }

  @ParameterizedTest
  @CsvSource({
    "brew, brew install --cask temurin@99",
    "dnf, dnf install java-99-openjdk-devel",
    "apt-get, apt-get install openjdk-99-jdk",
  })
  void the_advice_is_of_the_system(String manager, String advice) throws Exception {
    program(folder.resolve("path").resolve(manager), PROGRAM);

    assertOneSentence(run(Map.of("WEBHOOK_DOWNLOADS", "off"), "jdk"), advice);
  }

  @Test
  void downloads_can_be_forbidden() throws Exception {
    assertOneSentence(
        run(Map.of("WEBHOOK_DOWNLOADS", "off"), "jdk"),
        "WEBHOOK_DOWNLOADS=off forbids to fetch",
        "install JDK 99");
    assertThat(folder.resolve("home/.cache")).doesNotExist();
  }

  @Test
  void a_platform_without_a_pin_is_one_sentence() throws Exception {
    machine("Plan9", "riscv64");
    try (DownloadServer server = DownloadServer.start(archive)) {
      assertOneSentence(
          tool(server, "jdk"),
          "there is no Eclipse Temurin JDK 99.0.1+2 to fetch for Plan9-riscv64; install JDK 99");
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void of_two_at_once_one_fetches() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    try (DownloadServer server = DownloadServer.start(archive, held)) {
      Map<String, String> mirror = Map.of("WEBHOOK_DOWNLOADS", server.folder());
      Process one = start(mirror, "jdk");
      assertThat(one.errorReader().readLine()).contains("fetching");
      Process other = start(mirror, "jdk");
      assertThat(other.errorReader().readLine())
          .isEqualTo(
              "webhook build: waiting for process %d, which fetches Eclipse Temurin JDK 99.0.1+2 for linux-x64"
                  .formatted(one.pid()));
      held.countDown();

      assertThat(one.inputReader().readLine()).isEqualTo(other.inputReader().readLine());
      assertThat(List.of(one.waitFor(), other.waitFor())).containsOnly(0);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void one_that_was_killed_stops_nobody() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Files.createDirectories(Path.of(cache()));
    Files.createSymbolicLink(
        Path.of(cache(), "jdk-99.0.1+2-linux-x64.lock"), Path.of(Long.toString(dead.pid())));
    try (DownloadServer server = DownloadServer.start(archive)) {
      assertThat(tool(server, "jdk").exitCode()).isZero();
      assertThat(cached()).containsExactly("jdk-99.0.1+2-linux-x64");
    }
  }

  /** The real pins: each platform that the README names has both tools. */
  @ParameterizedTest
  @CsvSource({"linux-x64", "linux-arm64", "mac-x64", "mac-arm64"})
  void the_platforms_have_their_pins(String platform) throws IOException {
    List<String> pins =
        Files.readAllLines(Path.of(".mvn/tool.pins")).stream()
            .filter(line -> !line.startsWith("#"))
            .toList();

    assertThat(pins)
        .allMatch(
            line -> line.matches("\\S+ \\S+ \\S+ \\d{7,9} [0-9a-f]{64} https://\\S+\\.tar\\.gz"));
    assertThat(pins).doesNotHaveDuplicates();
    assertThat(pins)
        .filteredOn(line -> line.matches("(jdk|go) \\S+ " + platform + " .*"))
        .hasSize(2);
  }

  private static void assertOneSentence(Run run, String... parts) {
    List<String> problems =
        run.messages()
            .lines()
            .filter(line -> !line.startsWith("webhook build: fetching "))
            .toList();
    assertThat(problems).singleElement().asString().contains(parts).startsWith("webhook build: ");
    assertThat(run.output()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(3);
  }

  private Run tool(DownloadServer server, String name) throws Exception {
    return run(Map.of("WEBHOOK_DOWNLOADS", server.folder()), name);
  }

  private Run run(Map<String, String> environment, String name) throws Exception {
    Process process = start(environment, name);
    // Few lines: neither fills its pipe.
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String messages = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output, messages);
  }

  private Process start(Map<String, String> environment, String name) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            folder.resolve("path/sh").toString(),
            folder.resolve("project/.mvn/tool").toString(),
            name);
    builder.environment().clear();
    builder.environment().put("PATH", folder.resolve("path").toString());
    builder.environment().put("HOME", folder.resolve("home").toString());
    // A Go of this machine is not to fetch a newer one.
    builder.environment().put("GOPROXY", "off");
    builder.environment().putAll(environment);
    return builder.start();
  }

  private String cache() {
    return folder.resolve("home/.cache/web-identity-webhook").toString();
  }

  private List<String> cached() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(cache()))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static Path onThisMachine(String tool) {
    return Stream.of("/usr/bin", "/bin", "/usr/local/bin")
        .map(bin -> Path.of(bin, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  private void machine(String system, String processor) throws IOException {
    program(
        folder.resolve("path/uname"),
        "#!/bin/sh\ncase $1 in -s) echo %s ;; -m) echo %s ;; esac\n".formatted(system, processor));
  }

  private Path pack(String name, String program) throws Exception {
    return pack(name, program, PROGRAM);
  }

  /** An archive of 3 MB that has one folder with one program, as the makers' have. */
  private Path pack(String name, String program, String content) throws Exception {
    Path source = folder.resolve("source-" + name);
    program(source.resolve(name).resolve(program), content);
    byte[] filling = new byte[3_000_000];
    new Random(18).nextBytes(filling);
    Files.write(source.resolve(name).resolve("filling"), filling);
    Path packed = folder.resolve(name + ".tar.gz");
    Process tar =
        new ProcessBuilder("tar", "-czf", packed.toString(), "-C", source.toString(), name)
            .inheritIO()
            .start();
    assertThat(tar.waitFor()).isZero();
    return packed;
  }

  private void pin(String tool, String platform, Path packed) throws Exception {
    Path pins = folder.resolve("project/.mvn/tool.pins");
    String others =
        Files.exists(pins)
            ? Files.readAllLines(pins).stream()
                .filter(line -> !line.startsWith(tool + " "))
                .collect(Collectors.joining("\n", "", "\n"))
            : "";
    Files.writeString(
        pins,
        others
            + "%s 99.0.1+2 %s %d %s https://maker.invalid/%s\n"
                .formatted(
                    tool, platform, Files.size(packed), sha256(packed), packed.getFileName()));
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }

  private static void program(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
