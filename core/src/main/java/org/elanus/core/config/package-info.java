/** File, environment and command line become typed records; all errors at once; secrets masked. */
@NullMarked
package org.elanus.core.config;

import org.jspecify.annotations.NullMarked;
