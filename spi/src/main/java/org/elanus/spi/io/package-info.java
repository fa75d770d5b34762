/**
 * The seam to the file system. All files that hold data of users are reached through {@link org.elanus.spi.io.Files},
 * so that a simulated disk with a page-cache model can stand in for the real one.
 */
@NullMarked
package org.elanus.spi.io;

import org.jspecify.annotations.NullMarked;
