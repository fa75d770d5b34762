/** The built-in users, roles, grants, groups of privileges and API keys. */
@NullMarked
package org.elanus.core.access.rbac;

import org.jspecify.annotations.NullMarked;
