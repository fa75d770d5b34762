/** Processes that freeze and brokers that break. */
@NullMarked
package org.elanus.faults;

import org.jspecify.annotations.NullMarked;
