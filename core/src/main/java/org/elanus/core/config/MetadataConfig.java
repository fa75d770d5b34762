package org.elanus.core.config;

import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;

/** The section {@code metadata}. */
@Doc("Where definitions and manifests live.")
public record MetadataConfig(
        @Key("store") @Default("sql") @Doc("Name of the metadata store; a plugin contributes it.")
        String store) {}
