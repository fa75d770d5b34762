package org.elanus.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.elanus.spi.metrics.Metric;
import org.junit.jupiter.api.Test;

/** The reference page, the dashboard and the alert rules speak of metrics that there are, by labels that they have. */
class MonitoringFilesTest {

    private static final Path ROOT = Path.of("..");
    private static final Path REFERENCE = ROOT.resolve("docs/metrics.md");
    private static final String BEGIN = "<!-- from CoreMetrics -->\n";
    private static final String END = "<!-- end -->";

    /** What is neither a metric nor a label in an expression. */
    private static final Set<String> WORDS = Set.of(
            "by", "without", "on", "ignoring", "group_left", "group_right", "or", "and", "unless", "bool", "offset");

    /** Prometheus's own. */
    private static final Set<String> OF_PROMETHEUS = Set.of("up");

    private static String table() {
        return CoreMetrics.ALL.stream()
                .map(metric -> "| `%s` | %s | %s | %s |\n"
                        .formatted(
                                metric.name(),
                                metric.kind().name().toLowerCase(Locale.ROOT),
                                metric.labels().stream()
                                        .map(label -> "`" + label + "`")
                                        .collect(Collectors.joining(", ")),
                                metric.help()))
                .collect(Collectors.joining("", "| name | kind | labels | what it is |\n|---|---|---|---|\n", ""));
    }

    /** Names with their labels: the core's, and those that the page lists of the Java machine and the process. */
    private static Map<String, List<String>> known() throws IOException {
        Map<String, List<String>> known =
                CoreMetrics.ALL.stream().collect(Collectors.toMap(Metric::name, Metric::labels));
        String page = Files.readString(REFERENCE);
        Matcher row = Pattern.compile("(?m)^\\| `((?:jvm|process|system)_[a-z0-9_]+)` \\| (\\w+) \\|([^|]*)\\|")
                .matcher(page);
        while (row.find()) {
            List<String> labels = new ArrayList<>();
            Matcher label = Pattern.compile("`(\\w+)`").matcher(row.group(3));
            while (label.find()) {
                labels.add(label.group(1));
            }
            known.put(row.group(1), labels);
        }
        assertThat(known).containsKeys("jvm_memory_used_bytes", "process_cpu_usage");
        return known;
    }

    @Test
    void theReferenceListsEveryMetricOfTheCore() throws IOException {
        String page = Files.readString(REFERENCE);
        assertThat(page).contains(BEGIN, END);
        assertThat(page.substring(page.indexOf(BEGIN) + BEGIN.length(), page.indexOf(END)))
                .isEqualTo(table());
    }

    @Test
    void everyQueryOfTheDashboardNamesMetricsAndLabelsThatThereAre() throws IOException {
        JsonNode dashboard = new ObjectMapper()
                .readTree(ROOT.resolve("monitoring/grafana-dashboard.json").toFile());
        assertThat(dashboard.path("title").asText()).isEqualTo("Elanus");
        assertThat(dashboard.path("schemaVersion").asInt()).isPositive();
        Set<Integer> ids = new HashSet<>();
        Set<String> shown = new TreeSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            assertThat(ids.add(panel.path("id").asInt()))
                    .as("id of %s", panel.path("title"))
                    .isTrue();
            assertThat(panel.path("gridPos").path("x").asInt()
                            + panel.path("gridPos").path("w").asInt())
                    .isLessThanOrEqualTo(24);
            if (!panel.path("type").asText().equals("row")) {
                assertThat(panel.path("targets"))
                        .as(panel.path("title").asText())
                        .isNotEmpty();
            }
            for (JsonNode target : panel.path("targets")) {
                check(target.path("expr").asText(), known(), shown::add);
            }
        }
        for (JsonNode variable : dashboard.path("templating").path("list")) {
            Matcher values = Pattern.compile("label_values\\((\\w+), (\\w+)\\)")
                    .matcher(variable.path("query").path("query").asText());
            if (values.matches() && !values.group(2).equals("instance")) {
                assertThat(known().get(values.group(1))).contains(values.group(2));
            }
        }
        assertThat(shown)
                .as("what an operator looks for first")
                .contains(
                        "milvus_query_duration_seconds",
                        "milvus_errors_total",
                        "milvus_vectors_total",
                        "milvus_index_operations_total",
                        "elanus_ready",
                        "elanus_log_lag_bytes",
                        "elanus_plugin_up");
    }

    @Test
    void everyAlertNamesMetricsAndLabelsThatThereAreAndIsExplained() throws IOException {
        JsonNode rules = new ObjectMapper(new YAMLFactory())
                .readTree(ROOT.resolve("monitoring/prometheus-alerts.yaml").toFile());
        String operations = Files.readString(ROOT.resolve("docs/operations.md"));
        Set<String> names = new HashSet<>();
        for (JsonNode rule : rules.path("groups").path(0).path("rules")) {
            String name = rule.path("alert").asText();
            assertThat(names.add(name)).as(name).isTrue();
            Set<String> used = new HashSet<>();
            check(rule.path("expr").asText(), known(), used::add);
            assertThat(used).as(name).isNotEmpty();
            assertThat(rule.path("labels").path("severity").asText()).as(name).isIn("page", "ticket");
            assertThat(rule.path("annotations").path("summary").asText())
                    .as(name)
                    .isNotBlank();
            assertThat(operations).as("docs/operations.md").contains("`" + name + "`");
        }
        assertThat(names).hasSizeGreaterThan(20);
    }

    /** Tells of every metric in an expression, after a look at its labels. */
    private static void check(String expression, Map<String, List<String>> known, Consumer<String> metric) {
        assertThat(expression.chars().filter(c -> c == '(').count())
                .as(expression)
                .isEqualTo(expression.chars().filter(c -> c == ')').count());
        String bare = expression.replaceAll("\\[[^]]*]", "").replaceAll("\\b(by|on|without|ignoring) *\\([^)]*\\)", "");
        Matcher name = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(\\{[^}]*}|\\()?")
                .matcher(bare);
        List<String> labelsOfAll = new ArrayList<>(List.of("instance", "job", "le"));
        while (name.find()) {
            String rest = name.group(2);
            if ((rest != null && rest.equals("(")) || WORDS.contains(name.group(1))) {
                continue;
            }
            String found = known.containsKey(name.group(1))
                    ? name.group(1)
                    : name.group(1).replaceAll("_(bucket|sum|count)$", "");
            if (OF_PROMETHEUS.contains(found)) {
                metric.accept(found);
                continue;
            }
            assertThat(known).as(expression).containsKey(found);
            metric.accept(found);
            List<String> labels = known.get(found);
            labelsOfAll.addAll(labels);
            Matcher matcher = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)").matcher(rest == null ? "" : rest);
            while (matcher.find()) {
                if (!matcher.group(1).equals("instance")) {
                    assertThat(labels).as("%s in %s", found, expression).contains(matcher.group(1));
                }
            }
        }
        Matcher grouped = Pattern.compile("\\b(?:by|on) *\\(([^)]*)\\)").matcher(expression);
        while (grouped.find()) {
            assertThat(labelsOfAll).as(expression).contains(grouped.group(1).split(", *"));
        }
    }
}
