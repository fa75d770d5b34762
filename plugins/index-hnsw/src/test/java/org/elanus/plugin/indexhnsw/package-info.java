@NullMarked
package org.elanus.plugin.indexhnsw;

import org.jspecify.annotations.NullMarked;
