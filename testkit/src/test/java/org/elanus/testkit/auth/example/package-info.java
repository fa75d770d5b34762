/** The authenticator that docs/authenticator.md shows. */
@NullMarked
package org.elanus.testkit.auth.example;

import org.jspecify.annotations.NullMarked;
