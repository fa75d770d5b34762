/** Cuts texts into tokens as the analyzers of Milvus do. No state, no I/O. */
@NullMarked
package org.elanus.plugin.apimilvus.text;

import org.jspecify.annotations.NullMarked;
