package io.webidentity.injection;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a skip-containers annotation says: container names in one CSV record, read as Go's <a
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
 * <tr><td>a record, then more</td><td>the record, {@code skip_containers_extra}</td></tr>
 * <tr><td>a quote within a field without quotes, text after a closing quote, no closing quote</td>
 * <td>none, {@code skip_containers_invalid}</td></tr>
 * </table>
 *
 * @param names names of the containers to skip
 * @param finding what was surprising
 */
record SkipContainers(Set<String> names, Optional<Finding> finding) {
  /** No container is skipped. */
  static final SkipContainers NONE = new SkipContainers(Set.of(), Optional.empty());

  /** Reads the annotation's value. */
  static SkipContainers parse(Annotation annotation) {
    CsvReader csv = new CsvReader(annotation.value());
    List<String> record = new ArrayList<>();
    if (!csv.readRecord(record)) {
      return new SkipContainers(Set.of(), Optional.of(Finding.skipContainersInvalid(annotation)));
    }
    return new SkipContainers(
        Set.copyOf(record),
        csv.atEnd() ? Optional.empty() : Optional.of(Finding.skipContainersExtra(annotation)));
  }
}
