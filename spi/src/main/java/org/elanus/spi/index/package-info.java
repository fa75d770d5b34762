/** Vector indexes over one immutable segment. Rows are ints from 0; scores are in the metric's own direction. */
@NullMarked
package org.elanus.spi.index;

import org.jspecify.annotations.NullMarked;
