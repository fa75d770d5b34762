@NullMarked
package org.elanus.plugin.apimilvus;

import org.jspecify.annotations.NullMarked;
