package org.elanus.plugin.metadatasql;

import java.time.Duration;
import java.util.Optional;
import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;
import org.elanus.spi.config.Range;

/** Where the metadata lies. */
@Doc("Cluster metadata in an SQL database.")
public record MetadataSqlConfig(
        @Key("url")
        @Doc("The JDBC address of the database, such as jdbc:sqlite:/var/lib/elanus/metadata.db. Without it,"
                + " a SQLite file in the plugin's data directory.")
        Optional<String> url,

        @Key("readers") @Doc("Connections for reading.") @Default("4") @Range(min = "1", max = "64")
        int readers,

        @Key("busy-timeout")
        @Doc("How long a connection waits for one of another process that holds the database.")
        @Default("5s")
        @Range(min = "0ms", max = "5m")
        Duration busyTimeout) {}
