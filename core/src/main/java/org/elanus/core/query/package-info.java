/** Filter language, planner, executor, merge of results, field fetch. */
@NullMarked
package org.elanus.core.query;

import org.jspecify.annotations.NullMarked;
