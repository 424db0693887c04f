import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Takes the signature out of a jar: its files and the digests in its manifest, and what the manifest says to OSGi. All else stays, in the order of names and
 * with one time, so that the same jar becomes the same bytes.
 */
final class UnsignedJar {
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  /** Lists of packages for OSGi, 100 KB that the JVM would read at every start. */
  private static final List<String> OSGI =
      List.of("Import-Package", "Export-Package", "Private-Package", "Require-Capability");

  private UnsignedJar() {}

  public static void main(String[] args) throws IOException {
    Path jar = Path.of(args[0]);
    Path unsigned = Path.of(args[0] + ".unsigned");
    try (ZipFile from = new ZipFile(jar.toFile());
        OutputStream file = Files.newOutputStream(unsigned);
        ZipOutputStream to = new ZipOutputStream(file)) {
      write(to, JarFile.MANIFEST_NAME, mainSection(from));
      List<? extends ZipEntry> entries =
          from.stream().sorted(Comparator.comparing(ZipEntry::getName)).toList();
      for (ZipEntry entry : entries) {
        if (!entry.isDirectory() && !isSignature(entry.getName())) {
          try (InputStream content = from.getInputStream(entry)) {
            write(to, entry.getName(), content.readAllBytes());
          }
        }
      }
    }
    Files.move(unsigned, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The manifest and all that the jar specification counts as a signature. */
  private static boolean isSignature(String name) {
    return name.equals(JarFile.MANIFEST_NAME)
        || name.matches("META-INF/(?:SIG-[^/]*|[^/]*\\.(?:SF|RSA|DSA|EC))");
  }

  /** The manifest without its sections of single files, which hold nothing but digests. */
  private static byte[] mainSection(ZipFile jar) throws IOException {
    Manifest manifest = new Manifest();
    try (InputStream in = jar.getInputStream(jar.getEntry(JarFile.MANIFEST_NAME))) {
      manifest.getMainAttributes().putAll(new Manifest(in).getMainAttributes());
      OSGI.forEach(name -> manifest.getMainAttributes().remove(new Attributes.Name(name)));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    manifest.write(out);
    return out.toByteArray();
  }

  private static void write(ZipOutputStream to, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(TIME);
    to.putNextEntry(entry);
    to.write(content);
    to.closeEntry();
  }
}
