/**
 * What every log implementation needs and nobody should write again: {@link org.elanus.spi.wal.skeleton.Lifetime} (closing
 * an outer closes what it holds), {@link org.elanus.spi.wal.skeleton.OpenChannels} (one appending handle per channel, no
 * term that goes back), {@link org.elanus.spi.wal.skeleton.ByteBudget} (back-pressure) and
 * {@link org.elanus.spi.wal.skeleton.AppendCounts} (status). Using them is optional.
 */
@NullMarked
package org.elanus.spi.wal.skeleton;

import org.jspecify.annotations.NullMarked;
