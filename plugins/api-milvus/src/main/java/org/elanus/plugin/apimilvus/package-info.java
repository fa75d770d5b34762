/** The Milvus protocol over the guarded database. */
@NullMarked
package org.elanus.plugin.apimilvus;

import org.jspecify.annotations.NullMarked;
