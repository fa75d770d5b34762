/**
 * How a plugin declares its configuration: a record whose components carry these annotations. The host reads the values
 * from {@code plugins.<id>.<key>} of the configuration file, from {@code ELANUS_PLUGINS_<ID>_<KEY>} and from the command
 * line, checks all of them at once, and hands out the record.
 *
 * <p>Component types: boolean, int, long, double, String, enum, {@link java.time.Duration} ({@code 250ms}, {@code 10s},
 * {@code 5m}, {@code 2h}, {@code 1d} or ISO-8601), {@link org.elanus.spi.config.DataSize} ({@code 64MiB}),
 * {@link java.nio.file.Path}, {@code List<String>} and {@code Optional} of these.
 */
@NullMarked
package org.elanus.spi.config;

import org.jspecify.annotations.NullMarked;
