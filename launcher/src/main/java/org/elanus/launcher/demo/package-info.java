/** {@code serve --demo}: words of the Java world as vectors, through the public port. */
@NullMarked
package org.elanus.launcher.demo;

import org.jspecify.annotations.NullMarked;
