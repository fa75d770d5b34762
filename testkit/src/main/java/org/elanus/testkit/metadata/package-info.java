/** The conformance kit of metadata stores and the reference implementation. */
@NullMarked
package org.elanus.testkit.metadata;

import org.jspecify.annotations.NullMarked;
