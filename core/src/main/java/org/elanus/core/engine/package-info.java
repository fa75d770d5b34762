/** Puts catalog, log, segment, query and snapshot together into the {@code Database}. */
@NullMarked
package org.elanus.core.engine;

import org.jspecify.annotations.NullMarked;
