/** Contributions of running plugins with leases: {@code host} writes, others read. */
@NullMarked
package org.elanus.core.registry;

import org.jspecify.annotations.NullMarked;
