/** Signs callers in by JSON Web Tokens (RFC 7519), whose keys are a secret, a PEM file or a key set (RFC 7517). */
@NullMarked
package org.elanus.plugin.authjwt;

import org.jspecify.annotations.NullMarked;
