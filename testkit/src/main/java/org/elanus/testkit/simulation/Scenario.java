package org.elanus.testkit.simulation;

import java.util.List;

/**
 * What is done to a simulated server and what must hold afterwards. It stands outside of the simulated process: its state
 * survives the crashes. All calls come from simulated threads of one simulation, of which one runs at a time; waiting is
 * done with {@code java.util.concurrent} locks, queues and futures, or on the server's clock.
 *
 * <p>A crash cuts threads off: those that were started in the process, the one in {@link #run} included, are never
 * resumed, not even for a {@code finally}. A scenario therefore holds no lock across a call of the server, and notes what
 * it is about to do before it does it.
 */
public interface Scenario {

    /**
     * Does work. Called each time the server came up, on a thread of that process. Returns when its share of work is done;
     * returning is not a crash.
     *
     * @throws Exception what it does not expect: a violation
     */
    void run(SimulatedServer server) throws Exception;

    /**
     * Reads everything back after the last recovery, with all faults healed.
     *
     * @return which invariants do not hold, with what shows it; empty when all do
     * @throws Exception what it does not expect: a violation
     */
    List<String> verify(SimulatedServer server) throws Exception;

    /**
     * Looks only at what it has seen so far: the server refused to start again, because it was damaged, and named the
     * damage. Called instead of {@link #verify}, outside of any process.
     *
     * @return which invariants do not hold; empty when all do
     */
    default List<String> check() {
        return List.of();
    }
}
