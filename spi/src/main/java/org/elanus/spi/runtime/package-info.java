/**
 * The seams to time, threads and randomness. Core and plugins reach them only through these types, so that a simulator
 * can run the real code under a seeded schedule and a virtual clock.
 */
@NullMarked
package org.elanus.spi.runtime;

import org.jspecify.annotations.NullMarked;
