package io.webidentity.cli.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.audit.Audit;
import io.webidentity.audit.Audit.Row;
import io.webidentity.audit.Cause;
import io.webidentity.injection.VisibleText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an audit found, in the formats of its command. */
final class AuditReport {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a> has quoted. */
  private static final Pattern QUOTED = Pattern.compile("[\",\r\n]");

  private AuditReport() {}

  /** In this format: text, json or csv; without the end of the last line. */
  static String of(Audit audit, String format) {
    return switch (format) {
      case "json" -> json(audit).toPrettyString();
      case "csv" -> csv(audit);
      default -> text(audit);
    };
  }

  private static String text(Audit audit) {
    return Stream.concat(lines(audit).stream(), Stream.of("flags: " + audit.flags()))
        .map(VisibleText::of)
        .collect(Collectors.joining("\n"));
  }

  /** What was found, in sentences. */
  static List<String> lines(Audit audit) {
    List<String> lines = new ArrayList<>();
    for (Row row : audit.rows()) {
      lines.add(
          "%s in namespace %s: %s %s"
              .formatted(
                  row.owner().title(),
                  row.namespace(),
                  row.count() == 1 ? "1 pod" : row.count() + " pods, each",
                  row.state().words()));
      lines.add("  has: " + row.example().has().words());
      lines.add("  should have: " + row.example().due().words());
      lines.add("  why: " + why(row));
      if (row.causes().stream().anyMatch(cause -> cause.code().lasts())) {
        lines.add("  " + Cause.LASTING);
      }
      lines.add("  " + row.command());
      if (!row.owner().afterwards().isEmpty()) {
        lines.add("  " + row.owner().afterwards());
      }
    }
    lines.add(
        "%d pods looked at; %d have something else than they should have"
            .formatted(audit.pods(), differing(audit)));
    if (audit.undecided() > 0) {
      lines.add(
          "%d pods could not be decided; webhook explain says why".formatted(audit.undecided()));
    }
    return lines;
  }

  private static String why(Row row) {
    return row.causes().stream().map(Cause::sentence).collect(Collectors.joining(" "));
  }

  private static long differing(Audit audit) {
    return audit.rows().stream().mapToLong(Row::count).sum();
  }

  /** The same for programs, in the shape of docs/explain.md. */
  static ObjectNode json(Audit audit) {
    ObjectNode json = JSON.createObjectNode();
    json.put("flags", audit.flags());
    json.put("pods", audit.pods());
    json.put("differing", differing(audit));
    json.put("undecided", audit.undecided());
    ArrayNode workloads = json.putArray("workloads");
    for (Row row : audit.rows()) {
      ObjectNode workload = workloads.addObject();
      fields(row).forEach(workload::put);
      workload.put("pods", row.count());
    }
    return json;
  }

  private static String csv(Audit audit) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "namespace,kind,name,pods,state,hasSource,hasAudience,dueSource,dueAudience,cause,why,command");
    for (Row row : audit.rows()) {
      lines.add(
          fields(row).values().stream().map(AuditReport::cell).collect(Collectors.joining(",")));
    }
    return String.join("\n", lines);
  }

  private static Map<String, String> fields(Row row) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("namespace", row.namespace());
    fields.put("kind", row.owner().kind());
    fields.put("name", row.owner().name());
    fields.put("pods", Long.toString(row.count()));
    fields.put("state", row.state().code());
    fields.put("hasSource", row.example().has().source());
    fields.put("hasAudience", row.example().has().audience());
    fields.put("dueSource", row.example().due().source());
    fields.put("dueAudience", row.example().due().audience());
    fields.put("cause", row.causes().getFirst().code().code());
    fields.put("why", why(row));
    fields.put("command", row.command());
    return fields;
  }

  private static String cell(String text) {
    return QUOTED.matcher(text).find() ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
