/** Faults between a client and a real server. */
@NullMarked
package org.elanus.testkit.net;

import org.jspecify.annotations.NullMarked;
