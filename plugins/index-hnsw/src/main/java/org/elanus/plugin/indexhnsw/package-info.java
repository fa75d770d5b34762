/** Hierarchical navigable small world graphs. */
@NullMarked
package org.elanus.plugin.indexhnsw;

import org.jspecify.annotations.NullMarked;
