/**
 * The one guarded door. {@link org.elanus.core.access.Access} signs callers in and stands before the database: every call
 * goes through a chain of {@link org.elanus.core.access.Step}s, which authorise, announce and measure it.
 */
@NullMarked
package org.elanus.core.access;

import org.jspecify.annotations.NullMarked;
