/** The adaptor over any write-ahead log: ownership, framing, scanners, truncation. */
@NullMarked
package org.elanus.core.log;

import org.jspecify.annotations.NullMarked;
