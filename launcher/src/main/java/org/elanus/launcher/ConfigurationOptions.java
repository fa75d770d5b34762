package org.elanus.launcher;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.elanus.core.config.Configuration;
import org.elanus.spi.io.Files;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which a command finds its configuration. */
final class ConfigurationOptions {

    /** Set by bin/elanus: the directory of the distribution. */
    static final String HOME_PROPERTY = "elanus.home";

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration file; conf/elanus.yaml of the distribution when not given.")
    private @Nullable Path config;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The data directory; ./elanus-data when neither this nor the configuration names one.")
    private @Nullable Path data;

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "The directory of the plugins; plugins/ of the distribution when neither this nor the"
                    + " configuration names one.")
    private @Nullable Path plugins;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets one key of the configuration, such as segment.idle=5m. May be repeated.")
    private List<String> settings = List.of();

    /** Whether the user said where the data is. */
    boolean namesData() {
        return data != null;
    }

    /** The sources, to which a command may add its own. */
    Configuration.Builder builder(Files files, Map<String, String> environment) {
        Configuration.Builder builder = Configuration.builder(files).environment(environment);
        String home = System.getProperty(HOME_PROPERTY);
        if (config != null) {
            builder.file(config);
        } else if (home != null && files.exists(Path.of(home, "conf", "elanus.yaml"))) {
            builder.file(Path.of(home, "conf", "elanus.yaml"));
        }
        if (home != null) {
            builder.fallback("plugins.directory", Path.of(home, "plugins").toString(), "bin/elanus");
        }
        if (data != null) {
            builder.set("data.directory", data.toString(), "--data");
        }
        if (plugins != null) {
            builder.set("plugins.directory", plugins.toString(), "--plugins");
        }
        settings.forEach(builder::override);
        return builder;
    }
}
