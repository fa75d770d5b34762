/** The one guarded door: authenticate, authorise, limit, validate, audit. */
@NullMarked
package org.elanus.core.access;

import org.jspecify.annotations.NullMarked;
