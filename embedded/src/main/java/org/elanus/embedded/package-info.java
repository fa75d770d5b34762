/** The database in process, without a port. */
@NullMarked
package org.elanus.embedded;

import org.jspecify.annotations.NullMarked;
