/**
 * What a plugin compiles against. This module imports nothing of the rest of Elanus; its signatures use only the JDK,
 * slf4j, jspecify and jakarta.inject. Its version is its own: {@link org.elanus.spi.SpiVersion}.
 */
@NullMarked
package org.elanus.spi;

import org.jspecify.annotations.NullMarked;
