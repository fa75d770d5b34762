/**
 * The database as its callers see it: endpoints, plugins, and applications that embed it. Values only: no type here
 * holds an in-process object, so that a remote database is possible. All byte layouts are little-endian.
 */
@NullMarked
package org.elanus.spi.database;

import org.jspecify.annotations.NullMarked;
