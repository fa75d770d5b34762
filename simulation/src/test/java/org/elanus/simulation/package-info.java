/** The engine with the local log and store in the simulator. */
@NullMarked
package org.elanus.simulation;

import org.jspecify.annotations.NullMarked;
