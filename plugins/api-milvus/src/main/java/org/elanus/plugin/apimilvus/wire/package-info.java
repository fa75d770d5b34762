/** Between the messages of the Milvus protocol and the values of the database. No state, no I/O. */
@NullMarked
package org.elanus.plugin.apimilvus.wire;

import org.jspecify.annotations.NullMarked;
