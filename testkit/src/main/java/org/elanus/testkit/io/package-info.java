/** A disk that fails on demand and forgets what was not synced. */
@NullMarked
package org.elanus.testkit.io;

import org.jspecify.annotations.NullMarked;
