/**
 * The room of the log under seeded schedules: several processes that claim one channel of a shared log, freeze, die and
 * come back, and a checker of everything that was acknowledged and seen.
 */
@NullMarked
package org.elanus.testkit.simulation.log;

import org.jspecify.annotations.NullMarked;
