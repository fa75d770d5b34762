package org.elanus.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.elanus.plugin.storagelocal.StorageLocalPlugin;
import org.elanus.plugin.wallocal.WalLocalPlugin;
import org.elanus.testkit.simulation.Campaign;
import org.elanus.testkit.simulation.CampaignReport;
import org.elanus.testkit.simulation.FaultPlan;
import org.elanus.testkit.simulation.check.CrudScenario;
import org.junit.jupiter.api.Test;

/** {@code -Delanus.seeds=1000000} runs more seeds, {@code -Delanus.seed=S} begins with another one. */
class CampaignTest {

    @Test
    void noSeedBreaksAnInvariant() throws IOException {
        long from = Long.getLong("elanus.seed", 0);
        CampaignReport report = new Campaign(
                        from,
                        Long.getLong("elanus.seeds", 200),
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
    }
}
