package io.webidentity.e2e;

import io.webidentity.e2e.app.StorageApplication;
import io.webidentity.testing.image.ImageArchive;
import io.webidentity.testing.image.SystemLibraries;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The images of applications that use an object store through the SDKs that people use. */
final class ApplicationImages {
  /** The AWS SDK for Java; arguments as of {@link StorageApplication}. */
  static final String JAVA = "webhook.test/storage-java:1";

  /** boto3; arguments: bucket and key. */
  static final String PYTHON = "webhook.test/storage-python:1";

  private static final Path TARGET = Path.of("target", "e2e");
  private static final Path RESOURCES = Path.of("src", "test", "resources", "e2e");

  private ApplicationImages() {}

  /** Writes all of them, as archives to load. */
  static List<Path> write() {
    return List.of(writeJava(), writePython(), writeBusyboxOfUser());
  }

  private static Path writeJava() {
    Path runtime = Path.of("target", "dist", "runtime").toAbsolutePath();
    if (!Files.exists(runtime)) {
      throw new IllegalStateException("There is no " + runtime + "; make dist");
    }
    String classes = StorageApplication.class.getPackageName().replace('.', '/');
    return ImageArchive.named(JAVA)
        .executables(
            SystemLibraries.of(
                runtime,
                List.of(runtime.resolve("bin/java"), runtime.resolve("lib/server/libjvm.so"))))
        .layer(Map.of("/opt/java", runtime))
        .layer(sdk())
        .layer(Map.of("/app/classes/" + classes, Path.of("target", "test-classes", classes)))
        .entrypoint(
            "/opt/java/bin/java",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            // There is no logging to configure: SLF4J would say so.
            "-Dslf4j.internal.verbosity=ERROR",
            "-cp",
            "/app/classes:/app/lib/*",
            StorageApplication.class.getName())
        .writeTo(TARGET.resolve("storage-java.tar"));
  }

  private static Path writeBusyboxOfUser() {
    Path busybox = Path.of("/bin/busybox");
    return ImageArchive.named(TokenFileCase.Reader.USER_IMAGE)
        .executables(Map.of("/bin/busybox", busybox, "/bin/sh", busybox))
        .environment("PATH", "/bin")
        .entrypoint("/bin/sh")
        .user("1000")
        .writeTo(TARGET.resolve("busybox-of-user.tar"));
  }

  /** The SDK's libraries, from the class path of the tests. */
  private static Map<String, Path> sdk() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry ->
            entry.contains("/software/amazon/")
                || entry.contains("/reactive-streams-")
                || entry.contains("/slf4j-api-"))
        .map(Path::of)
        .collect(
            Collectors.toMap(
                jar -> "/app/lib/" + jar.getFileName(), jar -> jar, (a, b) -> a, TreeMap::new));
  }

  private static Path writePython() {
    PythonInterpreter python = PythonInterpreter.find();
    Path packages = TARGET.resolve("python-packages");
    python.install(RESOURCES.resolve("requirements.txt"), packages);
    return ImageArchive.named(PYTHON)
        .executables(python.program())
        .layer(python.standardLibrary())
        .layer(Map.of("/app/packages", packages))
        .layer(Map.of("/app/main.py", RESOURCES.resolve("storage_application.py")))
        .environment("PYTHONPATH", "/app/packages")
        .environment("PYTHONDONTWRITEBYTECODE", "1")
        .environment("PYTHONUNBUFFERED", "1")
        .entrypoint(python.executable().toString(), "/app/main.py")
        .writeTo(TARGET.resolve("storage-python.tar"));
  }
}
