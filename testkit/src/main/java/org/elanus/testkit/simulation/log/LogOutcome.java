package org.elanus.testkit.simulation.log;

import java.util.List;
import java.util.Set;

/**
 * How a schedule ended.
 *
 * @param violations which rules were broken; empty when all is well
 * @param appends records that were asked for
 * @param acknowledged of them
 * @param takeovers how often a process took the channel
 * @param freezes how often a process was stopped for a while
 * @param refused whether the log was left damaged, and the last process refused it
 * @param steps how often a thread was given the processor
 * @param traceHash the same for every run of the same seed and program
 * @param faults that were drawn
 */
public record LogOutcome(
        long seed,
        List<String> violations,
        int appends,
        int acknowledged,
        int takeovers,
        int freezes,
        boolean refused,
        long steps,
        long traceHash,
        Set<LogFault> faults) {

    public LogOutcome {
        violations = List.copyOf(violations);
        faults = Set.copyOf(faults);
    }

    static LogOutcome died(long seed, String how) {
        return new LogOutcome(seed, List.of(how), 0, 0, 0, 0, false, 0, 0, Set.of());
    }

    LogOutcome with(String violation) {
        return new LogOutcome(
                seed, List.of(violation), appends, acknowledged, takeovers, freezes, refused, steps, traceHash, faults);
    }

    /** Whether something outside of the simulation woke a thread of it: what it showed then says nothing. */
    public boolean isDisturbed() {
        return violations.stream().anyMatch(violation -> violation.startsWith("not repeatable"));
    }

    public boolean failed() {
        return !violations.isEmpty();
    }
}
