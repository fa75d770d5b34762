/** Puts a server together from a configuration and takes it apart again. Guice wires the parts. */
@NullMarked
package org.elanus.core.wiring;

import org.jspecify.annotations.NullMarked;
