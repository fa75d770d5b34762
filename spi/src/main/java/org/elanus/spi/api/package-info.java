/** Wire protocols as plugins. */
@NullMarked
package org.elanus.spi.api;

import org.jspecify.annotations.NullMarked;
