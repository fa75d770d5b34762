@NullMarked
package org.elanus.plugin.apimilvus.call;

import org.jspecify.annotations.NullMarked;
