/** The calls of the Milvus service, each a thin translation to the database. */
@NullMarked
package org.elanus.plugin.apimilvus.call;

import org.jspecify.annotations.NullMarked;
