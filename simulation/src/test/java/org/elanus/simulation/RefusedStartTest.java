package org.elanus.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.elanus.plugin.storagelocal.StorageLocalPlugin;
import org.elanus.plugin.wallocal.WalLocalPlugin;
import org.elanus.testkit.simulation.FaultPlan;
import org.elanus.testkit.simulation.Scenario;
import org.elanus.testkit.simulation.SimulatedServer;
import org.elanus.testkit.simulation.Simulation;
import org.elanus.testkit.simulation.check.CrudScenario;
import org.junit.jupiter.api.Test;

class RefusedStartTest {

    private static final int MOST_SEEDS = 400;

    private static final class Counting implements Scenario {
        private final CrudScenario scenario;
        private int verified;
        private int checked;

        Counting(CrudScenario scenario) {
            this.scenario = scenario;
        }

        @Override
        public void run(SimulatedServer server) throws Exception {
            scenario.run(server);
        }

        @Override
        public List<String> verify(SimulatedServer server) {
            verified++;
            return scenario.verify(server);
        }

        @Override
        public List<String> check() {
            checked++;
            return List.of("what was seen before is wrong");
        }
    }

    @Test
    void whatWasSeenBeforeARefusedStartIsChecked() {
        FaultPlan faults = FaultPlan.of(FaultPlan.Family.CRASH, FaultPlan.Family.CORRUPT);
        int refused = 0;
        for (long seed = 0; seed < MOST_SEEDS && refused < 2; seed++) {
            Counting scenario = new Counting(new CrudScenario(seed, faults));
            List<String> violations = Simulation.builder()
                    .seed(seed)
                    .faults(faults)
                    .scenario(scenario)
                    .logPlugin(WalLocalPlugin::new)
                    .storagePlugin(StorageLocalPlugin::new)
                    .build()
                    .run()
                    .violations();
            assertThat(scenario.verified + scenario.checked).as("seed %d", seed).isEqualTo(1);
            refused += scenario.checked;
            assertThat(violations)
                    .as("seed %d", seed)
                    .hasSize(scenario.checked)
                    .allMatch(violation -> violation.equals("what was seen before is wrong"));
        }
        assertThat(refused).isEqualTo(2);
    }
}
