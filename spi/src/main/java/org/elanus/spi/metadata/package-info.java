/** The store of the one truth: definitions, load state, manifests, ownership epochs. */
@NullMarked
package org.elanus.spi.metadata;

import org.jspecify.annotations.NullMarked;
