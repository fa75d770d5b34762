package org.elanus.plugin.storagelocal;

import java.nio.file.Path;
import java.util.Optional;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;

/** The configuration of the local object store. */
@Doc("Object storage in a directory of this machine.")
public record StorageLocalConfig(
        @Key("directory")
        @Doc("Where the objects lie, on one file system with hard links. The plugin's data directory when not given.")
        Optional<Path> directory) {}
