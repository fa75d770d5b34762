/** The commands of bin/elanus. */
@NullMarked
package org.elanus.launcher;

import org.jspecify.annotations.NullMarked;
