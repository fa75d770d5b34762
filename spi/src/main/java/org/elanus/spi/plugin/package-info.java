/** The entry of a plugin and what the host gives it. */
@NullMarked
package org.elanus.spi.plugin;

import org.jspecify.annotations.NullMarked;
