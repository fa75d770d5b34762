package org.elanus.embedded.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.elanus.plugin.storagelocal.StorageLocalPlugin;
import org.elanus.plugin.wallocal.WalLocalPlugin;
import org.elanus.testkit.simulation.FaultPlan;
import org.elanus.testkit.simulation.Outcome;
import org.elanus.testkit.simulation.Simulation;
import org.elanus.testkit.simulation.check.CrudScenario;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The simulator finds every one of the broken variants within a bounded number of seeds, and nothing under the same
 * seeds when the server is whole. {@code -Delanus.variants.starts=} sets from how many starting seeds each variant is
 * looked for, {@code -Delanus.variants.seeds=} how many seeds that may take; the report is
 * {@code target/broken-variants.md}.
 */
class BrokenVariantsTest {

    private static final int STARTS = Integer.getInteger("elanus.variants.starts", 1);
    private static final int MOST_SEEDS = Integer.getInteger("elanus.variants.seeds", 400);
    private static final long DISTANCE = 1_000_000;
    private static final int ATTEMPTS = 3;

    private static final Logger SERVER = (Logger) LoggerFactory.getLogger("org.elanus");

    @AfterAll
    static void logAgain() {
        SERVER.setLevel(null);
    }

    /** Simulated servers would log the faults that are made for them. */
    @BeforeAll
    static void logNothing() {
        SERVER.setLevel(Level.OFF);
    }

    @Test
    void simulationBesideALoggingLibraryIsRefused() {
        SERVER.setLevel(Level.ERROR);
        try {
            assertThatThrownBy(() -> run(1, null)).hasMessageContaining("turn the logger 'org.elanus' off");
        } finally {
            SERVER.setLevel(Level.OFF);
        }
    }

    @Test
    void everyBrokenVariantIsCaughtAndTheWholeServerIsNot() throws IOException {
        Map<BrokenVariant, List<Integer>> needed = new TreeMap<>();
        Map<BrokenVariant, String> shown = new TreeMap<>();
        TreeSet<Long> seeds = new TreeSet<>();
        for (BrokenVariant variant : BrokenVariant.values()) {
            List<Integer> counts = new ArrayList<>();
            for (int start = 0; start < STARTS; start++) {
                int count = 0;
                Outcome caught = null;
                while (caught == null && count < MOST_SEEDS) {
                    long seed = 1 + start * DISTANCE + count++;
                    Outcome outcome = run(seed, variant);
                    if (outcome.violations().stream().anyMatch(variant::shows)) {
                        caught = outcome;
                    }
                }
                if (caught == null) {
                    counts.add(Integer.MAX_VALUE);
                } else {
                    counts.add(count);
                    seeds.add(caught.seed());
                    shown.putIfAbsent(
                            variant,
                            caught.violations().stream()
                                    .filter(variant::shows)
                                    .findFirst()
                                    .orElseThrow());
                }
            }
            needed.put(variant, counts);
        }
        List<Outcome> whole = seeds.stream()
                .map(seed -> run(seed, null))
                .filter(Outcome::failed)
                .toList();
        String report = report(needed, shown, seeds.size(), whole);
        Files.createDirectories(Path.of("target"));
        Files.writeString(Path.of("target", "broken-variants.md"), report);
        System.out.println(report);
        assertThat(needed)
                .allSatisfy((variant, counts) ->
                        assertThat(counts).as(variant.name()).allMatch(count -> count <= MOST_SEEDS));
        assertThat(whole).as("violations of the whole server").isEmpty();
    }

    /** As a campaign does: again if something outside of the simulation disturbed it. */
    private static Outcome run(long seed, @org.jspecify.annotations.Nullable BrokenVariant variant) {
        Outcome outcome = once(seed, variant);
        for (int attempt = 1; attempt < ATTEMPTS && outcome.isDisturbed(); attempt++) {
            outcome = once(seed, variant);
        }
        return outcome;
    }

    private static Outcome once(long seed, @org.jspecify.annotations.Nullable BrokenVariant variant) {
        Simulation.Builder builder = Simulation.builder()
                .seed(seed)
                .faults(FaultPlan.LOSSLESS)
                .scenario(new CrudScenario(seed, FaultPlan.LOSSLESS))
                .logPlugin(WalLocalPlugin::new)
                .storagePlugin(StorageLocalPlugin::new);
        if (variant != null) {
            variant.applyTo(builder);
        }
        return builder.build().run();
    }

    private static String report(
            Map<BrokenVariant, List<Integer>> needed,
            Map<BrokenVariant, String> shown,
            int seeds,
            List<Outcome> whole) {
        StringBuilder text = new StringBuilder(
                "| broken variant | seeds needed from each start | first shown as |\n|---|---|---|\n");
        List<Integer> all = new ArrayList<>();
        int caught = 0;
        for (Map.Entry<BrokenVariant, List<Integer>> entry : needed.entrySet()) {
            all.addAll(entry.getValue());
            caught += entry.getValue().stream().allMatch(count -> count <= MOST_SEEDS) ? 1 : 0;
            String sentence = shown.getOrDefault(entry.getKey(), "not caught").replace('\n', ' ');
            text.append("| ")
                    .append(entry.getKey().bug())
                    .append(" | ")
                    .append(entry.getValue().stream()
                            .map(count -> count == Integer.MAX_VALUE ? "over " + MOST_SEEDS : count.toString())
                            .toList())
                    .append(" | ")
                    .append(sentence, 0, Math.min(sentence.length(), 160))
                    .append(" |\n");
        }
        int[] sorted = all.stream().mapToInt(Integer::intValue).sorted().toArray();
        return text.append(
                        "\n%d of %d variants caught from each of %d starts; median %d seeds, largest %d. The whole server under the same %d seeds: %d violations.%n"
                                .formatted(
                                        caught,
                                        needed.size(),
                                        STARTS,
                                        sorted[sorted.length / 2],
                                        sorted[sorted.length - 1],
                                        seeds,
                                        whole.size()))
                .append(whole.isEmpty() ? "" : Arrays.toString(whole.toArray()))
                .toString();
    }
}
