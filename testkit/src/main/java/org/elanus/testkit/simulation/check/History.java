package org.elanus.testkit.simulation.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What clients did and saw, in logical time: a counter that grows with every begin and end. It stands outside of the
 * simulated server and survives its crashes. For the threads of one simulation, of which one runs at a time.
 */
final class History {

    private final List<Mutation> mutations = new ArrayList<>();
    private final List<Observation> observations = new ArrayList<>();
    private final Set<String> problems = new LinkedHashSet<>();
    private final Names names = new Names();
    private final Set<Long> added = new HashSet<>();
    private long time;

    /** The next logical time. */
    long tick() {
        return ++time;
    }

    Mutation add(Mutation mutation) {
        mutations.add(mutation);
        return mutation;
    }

    /** Adds a read that has returned. */
    void add(Observation observation) {
        observations.add(observation);
    }

    /** The server has recovered from a crash: what was under way is done by now or never will be. */
    void recovered() {
        long now = tick();
        mutations.forEach(mutation -> mutation.settle(now));
    }

    /** The version is written with a value of the field {@link Shape#ADDED}. */
    void added(long version) {
        added.add(version);
    }

    boolean hasAdded(long version) {
        return added.contains(version);
    }

    /** Something that shows in itself to be wrong. */
    void problem(String violation) {
        problems.add(violation);
    }

    List<Mutation> mutations() {
        return mutations;
    }

    List<Observation> observations() {
        return observations;
    }

    Set<String> problems() {
        return problems;
    }

    Names names() {
        return names;
    }
}
