package org.elanus.launcher;

import org.elanus.launcher.bench.BenchCommand;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry point of {@code bin/elanus}. Exit codes: 0 done, 1 failed, 2 wrong usage. */
@Command(
        name = "elanus",
        description = "Elanus, a vector database that is a plugin host.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            ServeCommand.class,
            PluginCommand.class,
            ConfigCommand.class,
            CheckCommand.class,
            WalCommand.class,
            ExplainCommand.class,
            KeyCommand.class,
            BenchCommand.class,
            SimulateCommand.class,
            VersionCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    public static void main(String[] arguments) {
        int status = execute(arguments);
        System.out.flush();
        System.exit(status);
    }

    /** Runs one command and gives its exit code. */
    static int execute(String... arguments) {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler((error, command, parsed) -> report(error))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    private static int report(Exception error) {
        if (error instanceof ElanusException known) {
            System.err.println("elanus: " + known.getMessage());
            if (known.code().category() == ErrorCategory.INTERNAL && known.getCause() != null) {
                LoggerFactory.getLogger(Main.class).debug("The cause", known);
            }
        } else {
            System.err.println("elanus: an unexpected error, please report it: " + error);
            LoggerFactory.getLogger(Main.class).error("Unexpected", error);
        }
        return 1;
    }
}
