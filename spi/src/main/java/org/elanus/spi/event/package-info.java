/** What happens in the database, told to plugins. */
@NullMarked
package org.elanus.spi.event;

import org.jspecify.annotations.NullMarked;
