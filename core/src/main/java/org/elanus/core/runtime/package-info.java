/** The seams: clock, threads, files, randomness, memory accountant. */
@NullMarked
package org.elanus.core.runtime;

import org.jspecify.annotations.NullMarked;
