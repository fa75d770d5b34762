/** The write-ahead log in files of one machine. */
@NullMarked
package org.elanus.plugin.wallocal;

import org.jspecify.annotations.NullMarked;
