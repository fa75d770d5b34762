/** What every authenticator and every authoriser does: kits that a plugin's test extends. */
@NullMarked
package org.elanus.testkit.auth;

import org.jspecify.annotations.NullMarked;
