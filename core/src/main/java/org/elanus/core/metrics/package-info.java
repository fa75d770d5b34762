/** Measures calls, owns the names of all metrics, and tells the reporters of plugins. */
@NullMarked
package org.elanus.core.metrics;

import org.jspecify.annotations.NullMarked;
