/**
 * One port for gRPC and HTTP/1.1: accepts, looks at the first bytes, and hands the connection to its protocol. HTTP
 * requests are read and answered here, within limits; what they mean is decided by an {@link
 * org.elanus.plugin.apimilvus.front.HttpService}.
 */
@NullMarked
package org.elanus.plugin.apimilvus.front;

import org.jspecify.annotations.NullMarked;
