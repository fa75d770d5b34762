package org.elanus.plugin.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.util.Locale;

/** Chooses between the two formats that are offered. The library's own choice would offer protocol buffers, too. */
final class Formats {

    private static final String OPEN_METRICS = "application/openmetrics-text";

    private final ExpositionFormats formats = ExpositionFormats.init();

    /** @param accept the client's header; empty when there is none */
    ExpositionFormatWriter writer(String accept) {
        double open = 0;
        double text = 0;
        for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = range.split(";", -1);
            String type = parts[0].strip();
            if (type.equals(OPEN_METRICS)) {
                open = Math.max(open, quality(parts));
            } else if (type.equals("text/plain") || type.equals("text/*") || type.equals("*/*")) {
                text = Math.max(text, quality(parts));
            }
        }
        return open > 0 && open >= text
                ? formats.getOpenMetricsTextFormatWriter()
                : formats.getPrometheusTextFormatWriter();
    }

    /** What cannot be read counts as not wanted. */
    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2));
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
