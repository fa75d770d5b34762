/** Where measurements go: the core measures and owns the names, plugins show. */
@NullMarked
package org.elanus.spi.metrics;

import org.jspecify.annotations.NullMarked;
