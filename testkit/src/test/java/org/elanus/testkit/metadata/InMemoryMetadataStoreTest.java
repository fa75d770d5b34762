package org.elanus.testkit.metadata;

import org.elanus.spi.metadata.MetadataStore;

final class InMemoryMetadataStoreTest extends MetadataStoreConformance {

    @Override
    protected MetadataStore openEmpty() {
        return new InMemoryMetadataStore();
    }
}
