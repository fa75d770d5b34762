package org.elanus.launcher;

import org.elanus.core.host.PluginHost;
import org.elanus.core.runtime.Seams;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code elanus config}. */
@Command(
        name = "config",
        description = "Tells about settings.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class ConfigCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    /** {@code elanus config show}. */
    @Command(
            name = "show",
            description = "Checks the configuration and prints every setting with its value and where that comes from.",
            mixinStandardHelpOptions = true)
    void show(@Mixin ConfigurationOptions options) {
        host(options).effectiveConfiguration().forEach(System.out::println);
    }

    /** {@code elanus config reference}. */
    @Command(
            name = "reference",
            description = "Prints what can be set, for the server and the installed plugins, as a Markdown page.",
            mixinStandardHelpOptions = true)
    void reference(@Mixin ConfigurationOptions options) {
        System.out.print(host(options).configurationReference());
    }

    /** Never started, so there is nothing to close. */
    private static PluginHost host(ConfigurationOptions options) {
        return InstalledPlugins.host(
                options.builder(Seams.system().files(), System.getenv()).build(), Seams.system());
    }
}
