/** Growing and sealed segments, primary keys, deletes, flush, merge. */
@NullMarked
package org.elanus.core.segment;

import org.jspecify.annotations.NullMarked;
