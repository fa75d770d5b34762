package org.elanus.dist;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the Prometheus text format 0.0.4 and OpenMetrics 1.0.0 as their specifications have them, and nothing else: one
 * family after the other, each with its type before its samples, no sample twice, histograms that add up, and in
 * OpenMetrics an end.
 */
final class MetricsText {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\\"n])*)\"(,|$)");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
    private static final Set<String> TYPES = Set.of("counter", "gauge", "histogram", "summary", "info", "untyped", "unknown");

    /** @param labels sorted by name */
    record Sample(String name, Map<String, String> labels, double value) {}

    /** @param name as its samples have it, but for the suffixes of histograms and summaries */
    record Family(String name, String type, String help, List<Sample> samples) {}

    private final boolean openMetrics;
    private final Map<String, Family> families = new LinkedHashMap<>();
    private final Set<String> seen = new java.util.HashSet<>();

    private MetricsText(boolean openMetrics) {
        this.openMetrics = openMetrics;
    }

    /** @throws AssertionError naming the line that is wrong */
    static MetricsText parse(String text, boolean openMetrics) {
        MetricsText parsed = new MetricsText(openMetrics);
        if (!text.endsWith("\n")) {
            throw new AssertionError("the last line has no end");
        }
        List<String> lines = List.of(text.substring(0, text.length() - 1).split("\n", -1));
        if (openMetrics) {
            if (!lines.getLast().equals("# EOF")) {
                throw new AssertionError("the last line is not # EOF");
            }
            lines = lines.subList(0, lines.size() - 1);
        }
        String help = "";
        String helped = "";
        Family family = null;
        for (String line : lines) {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# HELP ")) {
                helped = name(words[2], line);
                help = words.length < 4 ? "" : words[3];
            } else if (line.startsWith("# TYPE ")) {
                family = parsed.begin(name(words[2], line), words[3], words[2].equals(helped) ? help : "", line);
            } else if (line.startsWith("# UNIT ") && openMetrics) {
                name(words[2], line);
            } else if (line.startsWith("#")) {
                require(!openMetrics, "no comments in OpenMetrics", line);
            } else {
                require(family != null, "a sample without a type", line);
                family.samples.add(parsed.sample(line, family));
            }
        }
        parsed.families.values().forEach(MetricsText::check);
        return parsed;
    }

    private Family begin(String name, String type, String help, String line) {
        require(TYPES.contains(type), "unknown type", line);
        require(openMetrics ? !type.equals("untyped") : !type.equals("info") && !type.equals("unknown"), "type", line);
        if (openMetrics && type.equals("counter")) {
            require(!name.endsWith("_total"), "a counter's family has no suffix in OpenMetrics", line);
        }
        Family family = new Family(
                openMetrics && type.equals("counter") ? name + "_total" : name, type, help, new ArrayList<>());
        require(families.put(family.name, family) == null, "a family twice", line);
        return family;
    }

    private Sample sample(String line, Family family) {
        Matcher parts = SAMPLE.matcher(line);
        require(parts.matches(), "not a sample", line);
        String name = parts.group(1);
        Set<String> allowed = switch (family.type) {
            case "histogram" -> Set.of(family.name + "_bucket", family.name + "_sum", family.name + "_count");
            case "summary" -> Set.of(family.name, family.name + "_sum", family.name + "_count");
            case "info" -> Set.of(family.name + "_info");
            default -> Set.of(family.name);
        };
        require(allowed.contains(name), "a sample of another family than " + family.name, line);
        Map<String, String> labels = labels(parts.group(2) == null ? "" : parts.group(2), line);
        require(seen.add(name + labels), "a sample twice", line);
        double value = number(parts.group(3), line);
        if (family.type.equals("counter") || family.type.equals("histogram")) {
            require(value >= 0, "a count below zero", line);
        }
        return new Sample(name, labels, value);
    }

    private static Map<String, String> labels(String text, String line) {
        Map<String, String> labels = new TreeMap<>();
        Matcher label = LABEL.matcher(text);
        int end = 0;
        while (end < text.length()) {
            require(label.find(end) && label.start() == end, "not a label", line);
            String value = label.group(2).replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\");
            require(labels.put(label.group(1), value) == null, "a label twice", line);
            end = label.end();
        }
        return labels;
    }

    private static double number(String text, String line) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            case "NaN" -> Double.NaN;
            default -> {
                require(text.matches("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?"), "not a number", line);
                yield Double.parseDouble(text);
            }
        };
    }

    /** Buckets grow with their bounds, the last is without bound and is the count, and every series has a sum. */
    private static void check(Family family) {
        require(!family.samples.isEmpty(), "a family without samples", family.name);
        if (!family.type.equals("histogram")) {
            return;
        }
        Map<Map<String, String>, TreeMap<Double, Double>> buckets = new LinkedHashMap<>();
        Map<Map<String, String>, Double> counts = new LinkedHashMap<>();
        Map<Map<String, String>, Double> sums = new LinkedHashMap<>();
        for (Sample sample : family.samples) {
            Map<String, String> series = new TreeMap<>(sample.labels);
            String bound = series.remove("le");
            if (sample.name.endsWith("_bucket")) {
                require(bound != null, "a bucket without a bound", family.name);
                buckets.computeIfAbsent(series, made -> new TreeMap<>()).put(number(bound, family.name), sample.value);
            } else {
                (sample.name.endsWith("_sum") ? sums : counts).put(series, sample.value);
            }
        }
        require(buckets.keySet().equals(counts.keySet()), "buckets without a count", family.name);
        require(sums.keySet().equals(counts.keySet()), "sums without a count", family.name);
        buckets.forEach((series, values) -> {
            double before = 0;
            for (double value : values.values()) {
                require(value >= before, "buckets that shrink", family.name + series);
                before = value;
            }
            require(values.lastKey().isInfinite(), "no last bucket", family.name + series);
            require(values.lastEntry().getValue().equals(counts.get(series)), "a wrong count", family.name + series);
        });
    }

    private static String name(String name, String line) {
        require(NAME.matcher(name).matches(), "not a name", line);
        return name;
    }

    private static void require(boolean condition, String what, String line) {
        if (!condition) {
            throw new AssertionError(what + ": " + line);
        }
    }

    Map<String, Family> families() {
        return families;
    }

    /** The value of the one sample with these labels, given as name and value by turns; 0 when there is none. */
    double value(String name, String... labels) {
        Map<String, String> wanted = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            wanted.put(labels[i], labels[i + 1]);
        }
        return families.values().stream()
                .flatMap(family -> family.samples.stream())
                .filter(sample -> sample.name.equals(name) && sample.labels.equals(wanted))
                .mapToDouble(Sample::value)
                .sum();
    }

    /** The sum over all samples of this name that have the label with this value. */
    double sum(String name, String label, String value) {
        return families.values().stream()
                .flatMap(family -> family.samples.stream())
                .filter(sample -> sample.name.equals(name) && value.equals(sample.labels.get(label)))
                .mapToDouble(Sample::value)
                .sum();
    }
}
