/**
 * The workload of the simulator, the history it records, and the checker that holds the history against the invariants
 * which {@code docs/simulation.md} lists.
 */
@NullMarked
package org.elanus.testkit.simulation.check;

import org.jspecify.annotations.NullMarked;
