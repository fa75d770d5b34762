/** Conformance kits, reference implementations and fault injectors. */
@NullMarked
package org.elanus.testkit;

import org.jspecify.annotations.NullMarked;
