/**
 * The write-ahead log. Four lifetimes, each inside the one before: {@link org.elanus.spi.wal.WalOpenerBuilder} (for as
 * long as the plugin) ⊃ {@link org.elanus.spi.wal.WalOpener} (clients and connections) ⊃
 * {@link org.elanus.spi.wal.Wal} (one handle on one physical channel) ⊃ {@link org.elanus.spi.wal.WalScanner} (one
 * reader). Closing an outer one closes the inner ones; closing an inner one leaves the outer open.
 */
@NullMarked
package org.elanus.spi.wal;

import org.jspecify.annotations.NullMarked;
