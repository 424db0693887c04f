/** Holds the Helm chart to a real cluster: installed, upgraded, disrupted and removed. */
@NullMarked
package io.webidentity.chart;

import org.jspecify.annotations.NullMarked;
