/** Databases, collections, schemas, aliases, partitions, index definitions, load state; manifests and their commits. */
@NullMarked
package org.elanus.core.catalog;

import org.jspecify.annotations.NullMarked;
