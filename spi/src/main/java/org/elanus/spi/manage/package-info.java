/** Routes on the management port. */
@NullMarked
package org.elanus.spi.manage;

import org.jspecify.annotations.NullMarked;
