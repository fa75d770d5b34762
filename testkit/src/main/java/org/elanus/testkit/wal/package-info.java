/** A write-ahead log in memory, sound or faulty. */
@NullMarked
package org.elanus.testkit.wal;

import org.jspecify.annotations.NullMarked;
