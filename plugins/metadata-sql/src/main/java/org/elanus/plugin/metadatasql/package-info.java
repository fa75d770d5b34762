/** Cluster metadata in an SQL database. */
@NullMarked
package org.elanus.plugin.metadatasql;

import org.jspecify.annotations.NullMarked;
