@NullMarked
package org.elanus.plugin.apimilvus.wire;

import org.jspecify.annotations.NullMarked;
