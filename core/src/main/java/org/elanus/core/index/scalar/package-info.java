/** Scalar indexes: dictionaries of values, with the rows of each, in mapped files. */
@NullMarked
package org.elanus.core.index.scalar;

import org.jspecify.annotations.NullMarked;
