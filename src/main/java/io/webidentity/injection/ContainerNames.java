package io.webidentity.injection;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an annotation says that lists containers: names in one CSV record, read as Go's <a
 * href="https://pkg.go.dev/encoding/csv">encoding/csv</a> reads the first one, since that is what
 * the reference does.
 *
 * <table>
 * <caption>Values</caption>
 * <tr><th>value</th><th>result</th></tr>
 * <tr><td>{@code a,b}</td><td>a and b</td></tr>
 * <tr><td>{@code "a","b,""c"}</td><td>a and b,"c (RFC 4180)</td></tr>
 * <tr><td>{@code a, b} or {@code a b}</td><td>a and b, with the finding about blanks: the reference
 * takes them for parts of a name, which none can have</td></tr>
 * <tr><td>empty, or only empty lines</td><td>none</td></tr>
 * <tr><td>empty lines, then a record</td><td>the record</td></tr>
 * <tr><td>a record, then empty lines</td><td>the record</td></tr>
 * <tr><td>a record, then more</td><td>the record, with the finding about more</td></tr>
 * <tr><td>a quote within a field without quotes, text after a closing quote, no closing quote</td>
 * <td>none, with the finding about what cannot be read</td></tr>
 * </table>
 *
 * @param names names of the containers
 * @param findings what was surprising
 */
record ContainerNames(Set<String> names, List<Finding> findings) {
  /** No-break spaces too, which copying out of a page brings. */
  private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}]+");

  /** Which list it is: the reasons for one that is no CSV, has more than one record, or blanks. */
  enum Kind {
    SKIP(
        Reason.SKIP_CONTAINERS_INVALID,
        Reason.SKIP_CONTAINERS_EXTRA,
        Reason.SKIP_CONTAINERS_BLANKS),
    INCLUDE(
        Reason.INCLUDE_CONTAINERS_INVALID,
        Reason.INCLUDE_CONTAINERS_EXTRA,
        Reason.INCLUDE_CONTAINERS_BLANKS);

    private final Reason unreadable;
    private final Reason more;
    private final Reason blanks;

    Kind(Reason unreadable, Reason more, Reason blanks) {
      this.unreadable = unreadable;
      this.more = more;
      this.blanks = blanks;
    }
  }

  ContainerNames {
    findings = List.copyOf(findings);
  }

  /** Reads the annotation's value. */
  static ContainerNames parse(Annotation annotation, Kind kind) {
    CsvReader csv = new CsvReader(annotation.value());
    List<String> record = new ArrayList<>();
    if (!csv.readRecord(record)) {
      return new ContainerNames(Set.of(), List.of(Finding.of(kind.unreadable, annotation)));
    }
    List<Finding> findings = new ArrayList<>();
    Set<String> names = new HashSet<>();
    boolean blanks = false;
    for (String field : record) {
      if (BLANKS.matcher(field).find()) {
        blanks = true;
        BLANKS.splitAsStream(field).filter(name -> !name.isEmpty()).forEach(names::add);
      } else {
        names.add(field);
      }
    }
    if (blanks) {
      findings.add(Finding.of(kind.blanks, annotation));
    }
    if (!csv.atEnd()) {
      findings.add(Finding.of(kind.more, annotation));
    }
    return new ContainerNames(Set.copyOf(names), findings);
  }
}
