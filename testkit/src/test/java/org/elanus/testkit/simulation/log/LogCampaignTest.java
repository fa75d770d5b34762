package org.elanus.testkit.simulation.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * {@code -Delanus.log.schedules=} runs more or fewer schedules, {@code -Delanus.log.seed=} begins with another seed,
 * {@code -Delanus.log.replay=SEED} tells what happens in one. The report is {@code target/log-schedules.txt}.
 */
class LogCampaignTest {

    private static final Set<LogFault> FAULTS = EnumSet.allOf(LogFault.class);

    @Test
    void noScheduleOfClaimantsBreaksARule() throws IOException {
        Long replay = Long.getLong("elanus.log.replay");
        if (replay != null) {
            LogOutcome outcome = new LogSchedule(replay, FAULTS, LogVariant.SOUND, System.out::println).run();
            assertThat(outcome.violations()).isEmpty();
            return;
        }
        long from = Long.getLong("elanus.log.seed", 1);
        long seeds = Long.getLong("elanus.log.schedules", 20_000);
        LogCampaign.Report report = new LogCampaign(
                        from, seeds, Runtime.getRuntime().availableProcessors(), true, FAULTS, () -> LogVariant.SOUND)
                .run();
        String text = report.text();
        Files.createDirectories(Path.of("target"));
        Files.writeString(Path.of("target", "log-schedules.txt"), text);
        System.out.print(text);
        assertThat(report.failed())
                .as("of the schedules from seed %d on; see one with -Delanus.log.replay=SEED", from)
                .isEmpty();
        assertThat(report.seeds()).isEqualTo(seeds);
        assertThat(report.takeovers()).isGreaterThan(seeds);
        assertThat(report.acknowledged()).isGreaterThan(seeds);
    }

    @Test
    void sameSeedTakesTheSameCourse() {
        for (long seed = 1; seed <= 20; seed++) {
            List<String> first = new ArrayList<>();
            List<String> second = new ArrayList<>();
            LogOutcome outcome = new LogSchedule(seed, FAULTS, LogVariant.SOUND, first::add).run();
            LogOutcome again = new LogSchedule(seed, FAULTS, LogVariant.SOUND, second::add).run();
            if (!outcome.isDisturbed() && !again.isDisturbed()) {
                assertThat(second).as("seed %d", seed).isEqualTo(first);
                assertThat(again.traceHash()).isEqualTo(outcome.traceHash());
            }
        }
    }

    @Test
    void campaignWithNothingToDoIsRefused() {
        assertThatThrownBy(() -> new LogCampaign(1, 0, 1, true, FAULTS, () -> LogVariant.SOUND))
                .hasMessageContaining("not 0 and 1");
    }
}
