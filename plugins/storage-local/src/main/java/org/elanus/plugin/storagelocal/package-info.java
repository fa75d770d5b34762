/** Object storage in a directory. */
@NullMarked
package org.elanus.plugin.storagelocal;

import org.jspecify.annotations.NullMarked;
