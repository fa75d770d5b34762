/** The management port: health, plugins, metrics, contributed routes. */
@NullMarked
package org.elanus.core.manage;

import org.jspecify.annotations.NullMarked;
