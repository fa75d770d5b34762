@NullMarked
package org.elanus.plugin.apimilvus.rest;

import org.jspecify.annotations.NullMarked;
