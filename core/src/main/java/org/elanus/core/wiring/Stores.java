package org.elanus.core.wiring;

import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.storage.ObjectStore;

/** What an engine stands on. */
record Stores(MetadataStore metadata, ObjectStore objects, OpenLog log) {}
