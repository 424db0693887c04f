package io.webidentity.injection;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
 * <tr><td>{@code a, b}</td><td>a and " b": blanks are kept</td></tr>
 * <tr><td>empty, or only empty lines</td><td>none</td></tr>
 * <tr><td>empty lines, then a record</td><td>the record</td></tr>
 * <tr><td>a record, then empty lines</td><td>the record</td></tr>
 * <tr><td>a record, then more</td><td>the record, with the finding about more</td></tr>
 * <tr><td>a quote within a field without quotes, text after a closing quote, no closing quote</td>
 * <td>none, with the finding about what cannot be read</td></tr>
 * </table>
 *
 * @param names names of the containers
 * @param finding what was surprising
 */
record ContainerNames(Set<String> names, Optional<Finding> finding) {
  /**
   * Reads the annotation's value.
   *
   * @param unreadable of a value that is no CSV
   * @param more of a value of more than one record
   */
  static ContainerNames parse(Annotation annotation, Reason unreadable, Reason more) {
    CsvReader csv = new CsvReader(annotation.value());
    List<String> record = new ArrayList<>();
    if (!csv.readRecord(record)) {
      return new ContainerNames(Set.of(), Optional.of(Finding.of(unreadable, annotation)));
    }
    return new ContainerNames(
        Set.copyOf(record),
        csv.atEnd() ? Optional.empty() : Optional.of(Finding.of(more, annotation)));
  }
}
