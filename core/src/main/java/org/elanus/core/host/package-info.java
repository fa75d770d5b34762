/** Plugins: discovery, verification, class loading, life cycle, health, drain, leak check. */
@NullMarked
package org.elanus.core.host;

import org.jspecify.annotations.NullMarked;
