package io.webidentity.bench;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Latency by percentile as an SVG picture. Both axes are logarithmic, the one of percentiles by how
 * few requests are slower, so that the slowest thousandth has as much room as the fastest half.
 */
final class PercentilePlot {
  private static final int WIDTH = 1060;
  private static final int HEIGHT = 480;
  private static final int LEFT = 80;
  private static final int RIGHT = 410;
  private static final int TOP = 50;
  private static final int BOTTOM = 60;

  /** 100 % is nowhere on such an axis; beyond this it has ended. */
  private static final double LAST = 99.999;

  private static final double[] TICKS = {0, 50, 90, 99, 99.9, 99.99, LAST};
  private static final List<String> COLOURS =
      List.of("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b", "#17becf", "#555");

  private final String title;
  private final Map<String, Latencies> series = new LinkedHashMap<>();

  PercentilePlot(String title) {
    this.title = title;
  }

  void add(String name, Latencies latencies) {
    series.put(name, latencies);
  }

  void writeTo(Path file) throws IOException {
    StringBuilder svg = new StringBuilder();
    line(
        svg,
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif'"
            + " font-size='13'><rect width='100%%' height='100%%' fill='white'/>",
        WIDTH,
        HEIGHT);
    line(svg, "<text x='%d' y='28' font-size='17'>%s</text>", LEFT, title);
    double low = decade(lowest(), Math.floor(Math.log10(lowest())));
    double high = decade(highest(), Math.ceil(Math.log10(highest())));
    axes(svg, low, high);
    int index = 0;
    for (Map.Entry<String, Latencies> entry : series.entrySet()) {
      curve(svg, entry, COLOURS.get(index % COLOURS.size()), index, low, high);
      index++;
    }
    svg.append("</svg>\n");
    Files.writeString(file, svg);
  }

  private static double decade(double value, double exponent) {
    return value <= 0 ? 1 : Math.pow(10, exponent);
  }

  private double lowest() {
    return Math.max(1, series.values().stream().mapToLong(l -> l.at(50)).min().orElse(1) / 2.0);
  }

  private double highest() {
    return Math.max(10, series.values().stream().mapToLong(l -> l.at(LAST)).max().orElse(10));
  }

  private static void axes(StringBuilder svg, double low, double high) {
    for (double tick : TICKS) {
      line(
          svg,
          "<line x1='%1$.1f' y1='%2$d' x2='%1$.1f' y2='%3$d' stroke='#ddd'/>"
              + "<text x='%1$.1f' y='%4$d' text-anchor='middle'>%5$s</text>",
          x(tick),
          TOP,
          HEIGHT - BOTTOM,
          HEIGHT - BOTTOM + 20,
          Double.toString(tick).replaceAll("\\.0$", ""));
    }
    line(
        svg,
        "<text x='%d' y='%d' text-anchor='middle'>percentile of requests</text>",
        (LEFT + WIDTH - RIGHT) / 2,
        HEIGHT - BOTTOM + 45);
    for (double micros = low; micros <= high * 1.001; micros *= 10) {
      line(
          svg,
          "<line x1='%1$d' y1='%2$.1f' x2='%3$d' y2='%2$.1f' stroke='#ddd'/>"
              + "<text x='%4$d' y='%5$.1f' text-anchor='end'>%6$s</text>",
          LEFT,
          y(micros, low, high),
          WIDTH - RIGHT,
          LEFT - 8,
          y(micros, low, high) + 4,
          micros < 1_000
              ? Math.round(micros) + " µs"
              : micros < 1_000_000
                  ? Math.round(micros / 1e3) + " ms"
                  : Math.round(micros / 1e6) + " s");
    }
  }

  private static void curve(
      StringBuilder svg,
      Map.Entry<String, Latencies> entry,
      String colour,
      int index,
      double low,
      double high) {
    StringBuilder points = new StringBuilder();
    entry
        .getValue()
        .percentiles()
        .forEach((percentile, micros) ->
            points.append(
                String.format(
                    Locale.ROOT,
                    "%.1f,%.1f ",
                    x(percentile),
                    y(Math.max(low, micros), low, high))));
    line(svg, "<polyline points='%s' fill='none' stroke='%s' stroke-width='2'/>", points, colour);
    int legend = TOP + 10 + 22 * index;
    line(
        svg,
        "<rect x='%d' y='%d' width='14' height='4' fill='%s'/><text x='%d' y='%d'>%s</text>",
        WIDTH - RIGHT + 20,
        legend - 6,
        colour,
        WIDTH - RIGHT + 40,
        legend,
        entry.getKey());
  }

  private static double x(double percentile) {
    double place = -Math.log10(1 - percentile / 100) / -Math.log10(1 - LAST / 100);
    return LEFT + place * (WIDTH - LEFT - RIGHT);
  }

  private static double y(double micros, double low, double high) {
    double place = Math.log(micros / low) / Math.log(high / low);
    return HEIGHT - BOTTOM - place * (HEIGHT - TOP - BOTTOM);
  }

  @FormatMethod
  private static void line(StringBuilder svg, @FormatString String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
