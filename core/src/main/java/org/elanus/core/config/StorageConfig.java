package org.elanus.core.config;

import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;

/** The section {@code storage}. */
@Doc("Where sealed segments and index files live.")
public record StorageConfig(
        @Key("store") @Default("local") @Doc("Name of the object store; a plugin contributes it.")
        String store) {}
