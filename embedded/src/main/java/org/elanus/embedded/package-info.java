/** The database in process. */
@NullMarked
package org.elanus.embedded;

import org.jspecify.annotations.NullMarked;
