/** The example of docs/wal.md: a log of one file per record. */
@NullMarked
package org.elanus.testkit.wal.example;

import org.jspecify.annotations.NullMarked;
