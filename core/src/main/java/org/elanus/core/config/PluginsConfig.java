package org.elanus.core.config;

import java.nio.file.Path;
import java.util.List;
import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;

/** The section {@code plugins}. */
@Doc("Which plugins are loaded. The settings of a plugin stand beside these under its id.")
public record PluginsConfig(
        @Key("directory") @Default("plugins") @Doc("The directory whose jars and folders are plugins.")
        Path directory,

        @Key("required") @Default("") @Doc("Ids of plugins without which the server does not start.")
        List<String> required) {}
