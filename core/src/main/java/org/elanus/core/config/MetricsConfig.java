package org.elanus.core.config;

import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;
import org.elanus.spi.config.Range;

/** The section {@code metrics}. */
@Doc("What is measured. Where it is shown is up to plugins.")
public record MetricsConfig(
        @Key("max-collections")
        @Default("100")
        @Range(min = "0", max = "10000")
        @Doc("How many collections have values of their own; those beyond are called 'other' together.")
        int maxCollections) {}
