package org.elanus.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.elanus.plugin.storagelocal.StorageLocalPlugin;
import org.elanus.plugin.wallocal.WalLocalPlugin;
import org.elanus.testkit.simulation.Campaign;
import org.elanus.testkit.simulation.CampaignReport;
import org.elanus.testkit.simulation.FaultPlan;
import org.elanus.testkit.simulation.Outcome;
import org.elanus.testkit.simulation.check.CrudScenario;
import org.junit.jupiter.api.Test;

/** {@code -Delanus.seeds=1000000} runs more seeds, {@code -Delanus.seed=S} begins with another one. */
class CampaignTest {

    @Test
    void noSeedBreaksAnInvariant() throws IOException {
        long from = Long.getLong("elanus.seed", 0);
        long seeds = Long.getLong("elanus.seeds", 200);
        CampaignReport report = new Campaign(
                        from,
                        seeds,
                        Runtime.getRuntime().availableProcessors(),
                        true,
                        FaultPlan.ALL,
                        CrudScenario::new,
                        builder -> builder.logPlugin(WalLocalPlugin::new).storagePlugin(StorageLocalPlugin::new),
                        seed -> "bin/elanus simulate --replay --from " + seed,
                        System.out::println)
                .run();
        String path = System.getProperty("elanus.report");
        if (path != null) {
            Files.writeString(Path.of(path), report.text());
        }
        System.out.print(report.text());
        assertThat(report.failed()).as("seeds from %d on", from).isEmpty();
        assertThat(report.seeds()).isEqualTo(seeds);
    }

    @Test
    void seedWhoseSimulationDiesFails() {
        CampaignReport report = campaign(6, 2, seed -> {
                    if (seed >= 2) {
                        throw new OutOfMemoryError("made for seed " + seed);
                    }
                })
                .run();
        assertThat(report.seeds()).isEqualTo(6);
        assertThat(report.failed()).extracting(Outcome::seed).containsExactlyInAnyOrder(2L, 3L, 4L, 5L);
        assertThat(report.failed())
                .allSatisfy(outcome -> assertThat(outcome.violations().getFirst())
                        .contains("OutOfMemoryError: made for seed " + outcome.seed()));
    }

    @Test
    void campaignWithNothingToDoIsRefused() {
        assertThatThrownBy(() -> campaign(0, 1, seed -> {})).hasMessageContaining("not 0 and 1");
        assertThatThrownBy(() -> campaign(1, 0, seed -> {})).hasMessageContaining("not 1 and 0");
    }

    private static Campaign campaign(long seeds, int workers, LongConsumer begun) {
        return new Campaign(
                0,
                seeds,
                workers,
                true,
                FaultPlan.NONE,
                (seed, faults) -> {
                    begun.accept(seed);
                    return new CrudScenario(seed, faults);
                },
                builder -> {},
                seed -> "",
                line -> {});
    }
}
