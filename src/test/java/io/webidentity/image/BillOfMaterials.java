package io.webidentity.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Completes the image's CycloneDX bill of materials, in which Maven lists the Java libraries: adds
 * the Java runtime and the Debian packages that files were taken from, and leaves out libraries for
 * another processor.
 */
public final class BillOfMaterials {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path root;
  private final ObjectNode bill;

  private BillOfMaterials(Path root, ObjectNode bill) {
    this.root = root;
    this.bill = bill;
  }

  /**
   * Rewrites the bill.
   *
   * @param args the image's file system, the bill
   */
  public static void main(String[] args) throws Exception {
    Path file = Path.of(args[1]);
    BillOfMaterials bill =
        new BillOfMaterials(Path.of(args[0]), (ObjectNode) JSON.readTree(file.toFile()));
    bill.leaveOutOtherProcessors();
    bill.addRuntime();
    bill.addPackages();
    Files.writeString(
        file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(bill.bill) + "\n");
  }

  private ArrayNode components() {
    return bill.withArray("components");
  }

  private void leaveOutOtherProcessors() throws IOException {
    String other;
    try (Stream<Path> libraries = Files.list(root.resolve("opt/webhook/native"))) {
      other = libraries.allMatch(file -> file.toString().contains("x86_64")) ? "aarch" : "x86";
    }
    removeAll(components(), "bom-ref", other);
    removeAll(bill.withArray("dependencies"), "ref", other);
    for (JsonNode dependency : bill.withArray("dependencies")) {
      ArrayNode on = ((ObjectNode) dependency).withArray("dependsOn");
      for (int i = on.size() - 1; i >= 0; i--) {
        if (isFor(other, on.get(i).asText())) {
          on.remove(i);
        }
      }
    }
  }

  private static void removeAll(ArrayNode nodes, String key, String processor) {
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (isFor(processor, nodes.get(i).path(key).asText())) {
        nodes.remove(i);
      }
    }
  }

  private static boolean isFor(String processor, String reference) {
    return reference.contains("classifier=linux-" + processor);
  }

  private void addRuntime() throws IOException {
    Properties release = properties(Path.of(System.getProperty("java.home"), "release"));
    String version = value(release, "SEMANTIC_VERSION", value(release, "JAVA_VERSION", "unknown"));
    add(
        "platform",
        "OpenJDK runtime (" + value(release, "IMPLEMENTOR", "unknown vendor") + ")",
        version,
        "pkg:generic/openjdk@" + version.replace("+", "%2B"));
  }

  private void addPackages() throws IOException {
    Properties system = properties(root.resolve("etc/os-release"));
    String id = value(system, "ID", "debian");
    String distribution = id + "-" + value(system, "VERSION_ID", "unknown");
    List<Path> packages;
    try (Stream<Path> folder = Files.list(root.resolve("var/lib/dpkg/status.d"))) {
      packages = folder.sorted().toList();
    }
    for (Path file : packages) {
      Map<String, String> fields = new TreeMap<>();
      for (String line : Files.readAllLines(file)) {
        int colon = line.indexOf(": ");
        if (colon > 0 && line.charAt(0) != ' ') {
          fields.put(line.substring(0, colon), line.substring(colon + 2));
        }
      }
      String name = fields.getOrDefault("Package", "");
      String version = fields.getOrDefault("Version", "");
      String architecture = fields.getOrDefault("Architecture", "");
      add(
          "library",
          name,
          version,
          "pkg:deb/%s/%s@%s?arch=%s&distro=%s"
              .formatted(
                  id,
                  name,
                  version.replace("+", "%2B").replace(":", "%3A"),
                  architecture,
                  distribution));
    }
  }

  private void add(String type, String name, String version, String purl) {
    ObjectNode component = components().addObject();
    component.put("type", type).put("bom-ref", purl).put("name", name);
    component.put("version", version).put("purl", purl);
  }

  private static Properties properties(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return properties;
  }

  private static String value(Properties properties, String key, String otherwise) {
    return properties.getProperty(key, otherwise).replace("\"", "");
  }
}
