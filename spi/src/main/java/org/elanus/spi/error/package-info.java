/** The one exception of Elanus and its codes. */
@NullMarked
package org.elanus.spi.error;

import org.jspecify.annotations.NullMarked;
