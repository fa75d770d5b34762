/** Measures parts of Elanus from the command line. */
@NullMarked
package org.elanus.launcher.bench;

import org.jspecify.annotations.NullMarked;
