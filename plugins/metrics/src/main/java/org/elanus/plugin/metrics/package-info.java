/** Metrics for Prometheus. */
@NullMarked
package org.elanus.plugin.metrics;

import org.jspecify.annotations.NullMarked;
