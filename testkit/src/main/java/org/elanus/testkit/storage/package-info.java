/** Object storage in memory. */
@NullMarked
package org.elanus.testkit.storage;

import org.jspecify.annotations.NullMarked;
