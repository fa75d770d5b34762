/** The filter language: text to typed plan to kernels that evaluate columns. */
@NullMarked
package org.elanus.core.query.filter;

import org.jspecify.annotations.NullMarked;
