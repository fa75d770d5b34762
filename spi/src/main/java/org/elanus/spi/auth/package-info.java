/**
 * Who calls, and what they may do. {@link Authenticator}s turn credentials into a principal, one {@link Authorizer} says
 * whether a principal may do an {@link Action} to a {@link Resource}; endpoints sign callers in at the {@link Door}.
 */
@NullMarked
package org.elanus.spi.auth;

import org.jspecify.annotations.NullMarked;
