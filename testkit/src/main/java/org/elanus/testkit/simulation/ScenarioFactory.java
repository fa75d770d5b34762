package org.elanus.testkit.simulation;

/** Makes the scenario of a seed. Safe for use by many threads; everything random in a scenario comes from the seed. */
@FunctionalInterface
public interface ScenarioFactory {

    /** @param faults that may happen in this simulation */
    Scenario create(long seed, FaultPlan faults);
}
