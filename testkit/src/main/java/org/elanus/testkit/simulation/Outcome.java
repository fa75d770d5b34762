package org.elanus.testkit.simulation;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a simulation ended.
 *
 * @param violations which invariants did not hold; empty when all is well
 * @param crashes how often the server crashed
 * @param points crashes by durability point, 0 for those that crashes are aimed at in vain; the name ends with
 *     {@code process killed} where the page cache stayed, and is {@code any step} for those at none
 * @param traceHash the same for every run of the same seed, program and settings
 * @param steps how often a thread was given the processor
 */
public record Outcome(
        long seed, List<String> violations, int crashes, Map<String, Integer> points, long traceHash, long steps) {

    static final String NOT_REPEATABLE = "not repeatable: ";

    public Outcome {
        violations = List.copyOf(violations);
        points = java.util.Collections.unmodifiableMap(new TreeMap<>(points));
    }

    /** Whether something outside of the simulation woke a thread of it: what it showed then says nothing. */
    public boolean isDisturbed() {
        return violations.stream().anyMatch(violation -> violation.startsWith(NOT_REPEATABLE));
    }

    public boolean failed() {
        return !violations.isEmpty();
    }
}
