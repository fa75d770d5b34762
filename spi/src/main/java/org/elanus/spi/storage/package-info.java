/** Object storage: immutable, named byte sequences. Segments and index files live here. */
@NullMarked
package org.elanus.spi.storage;

import org.jspecify.annotations.NullMarked;
