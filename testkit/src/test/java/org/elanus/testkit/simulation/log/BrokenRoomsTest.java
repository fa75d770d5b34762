package org.elanus.testkit.simulation.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The schedules find every broken room within a bounded number of seeds, and nothing under the same seeds when the room is
 * sound. {@code -Delanus.rooms.seeds=} sets how many seeds that may take; the report is {@code target/broken-rooms.md}.
 */
class BrokenRoomsTest {

    private static final int MOST_SEEDS = Integer.getInteger("elanus.rooms.seeds", 1_000);
    private static final int ATTEMPTS = 3;
    private static final Set<LogFault> FAULTS = EnumSet.allOf(LogFault.class);

    @Test
    void everyBrokenRoomIsFoundAndTheSoundOneIsNot() throws IOException {
        StringBuilder report = new StringBuilder("| broken room | seeds needed | shown as |\n|---|---|---|\n");
        List<String> missed = new ArrayList<>();
        Set<Long> seeds = new TreeSet<>();
        for (BrokenRoom variant : BrokenRoom.values()) {
            LogOutcome found = null;
            long seed = 0;
            while (found == null && seed < MOST_SEEDS) {
                LogOutcome outcome = run(++seed, variant);
                found = outcome.failed() ? outcome : null;
            }
            String shown = found == null ? "not found" : found.violations().getFirst();
            report.append("| %s | %s | %s |%n"
                    .formatted(
                            variant.bug(),
                            found == null ? "over " + MOST_SEEDS : seed,
                            shown.substring(0, Math.min(shown.length(), 160))));
            if (found == null) {
                missed.add(variant.name());
            } else {
                seeds.add(seed);
            }
        }
        List<LogOutcome> sound = seeds.stream()
                .map(seed -> run(seed, null))
                .filter(LogOutcome::failed)
                .toList();
        int all = BrokenRoom.values().length;
        report.append("%n%d of %d broken rooms found. The sound room under the same %d seeds: %d violations.%n"
                .formatted(all - missed.size(), all, seeds.size(), sound.size()));
        Files.createDirectories(Path.of("target"));
        Files.writeString(Path.of("target", "broken-rooms.md"), report);
        System.out.println(report);
        assertThat(missed).as("not found").isEmpty();
        assertThat(sound).as("violations of the sound room").isEmpty();
    }

    /** As a campaign does: again if something outside of the simulation disturbed it. */
    private static LogOutcome run(long seed, @Nullable BrokenRoom variant) {
        LogOutcome outcome = once(seed, variant);
        for (int attempt = 1; attempt < ATTEMPTS && outcome.isDisturbed(); attempt++) {
            outcome = once(seed, variant);
        }
        return outcome;
    }

    private static LogOutcome once(long seed, @Nullable BrokenRoom variant) {
        return new LogSchedule(seed, FAULTS, variant == null ? LogVariant.SOUND : variant.variant(), line -> {}).run();
    }
}
