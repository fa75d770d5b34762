/** Pinned, consistent views. */
@NullMarked
package org.elanus.core.snapshot;

import org.jspecify.annotations.NullMarked;
