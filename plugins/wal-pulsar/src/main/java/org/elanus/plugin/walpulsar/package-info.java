/** The write-ahead log on Apache Pulsar: a channel is a topic. */
@NullMarked
package org.elanus.plugin.walpulsar;

import org.jspecify.annotations.NullMarked;
