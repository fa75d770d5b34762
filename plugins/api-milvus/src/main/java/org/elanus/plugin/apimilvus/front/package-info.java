/** One port for gRPC and HTTP/1.1: accepts, looks at the first bytes, and hands the connection to its protocol. */
@NullMarked
package org.elanus.plugin.apimilvus.front;

import org.jspecify.annotations.NullMarked;
