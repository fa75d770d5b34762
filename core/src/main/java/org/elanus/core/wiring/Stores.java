package org.elanus.core.wiring;

import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalOpener;

/** What an engine stands on. */
record Stores(MetadataStore metadata, ObjectStore objects, WalOpener log, WalCapabilities logCapabilities) {}
