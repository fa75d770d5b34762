/** Index types and builds, exact search, scalar indexes. */
@NullMarked
package org.elanus.core.index;

import org.jspecify.annotations.NullMarked;
