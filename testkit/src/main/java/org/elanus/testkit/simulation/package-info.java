/** Runs the real engine under a seeded schedule, a virtual clock and a disk that loses what it may. */
@NullMarked
package org.elanus.testkit.simulation;

import org.jspecify.annotations.NullMarked;
