package org.elanus.launcher;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.elanus.core.host.PluginClasses;
import org.elanus.spi.plugin.ElanusPlugin;
import org.elanus.testkit.simulation.Campaign;
import org.elanus.testkit.simulation.CampaignReport;
import org.elanus.testkit.simulation.FaultPlan;
import org.elanus.testkit.simulation.Outcome;
import org.elanus.testkit.simulation.Simulation;
import org.elanus.testkit.simulation.check.CrudScenario;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code elanus simulate}. Exit codes: 0 no violation, 1 violations, 2 wrong usage. */
@Command(
        name = "simulate",
        description = {
            "Runs the real engine, log and store on a simulated machine, once for each seed, with crashes and faults, and"
                    + " checks that nothing is lost, invented or mixed up.",
            "Prints the report on standard output and progress on standard error."
        },
        mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {

    private static final String MEMORY = "memory";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many simulations (default: ${DEFAULT-VALUE}).")
    private long seeds;

    @Option(
            names = "--from",
            paramLabel = "S",
            defaultValue = "0",
            description = "The first seed (default: ${DEFAULT-VALUE}).")
    private long from;

    @Option(
            names = "--faults",
            paramLabel = "NAME,...",
            defaultValue = "all",
            description = "What may go wrong: crash, disk, corrupt, schedule, clock, log, all or none (default:"
                    + " ${DEFAULT-VALUE}). Each simulation draws some of these.")
    private String faults = "all";

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Simulations at once; one for each processor when not given.")
    private @Nullable Integer workers;

    @Option(names = "--keep-going", description = "Do not stop at the first violation.")
    private boolean keepsGoing;

    @Option(
            names = "--replay",
            description = "Run the first seed alone and tell, line by line, what happens to the server.")
    private boolean replay;

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "The directory of the plugins; plugins/ of the distribution when not given.")
    private @Nullable Path plugins;

    @Option(
            names = "--log",
            paramLabel = "ID",
            defaultValue = "wal-local",
            description = "The plugin whose log is simulated, or memory (default: ${DEFAULT-VALUE}).")
    private String log = "wal-local";

    @Option(
            names = "--storage",
            paramLabel = "ID",
            defaultValue = "storage-local",
            description = "The plugin whose object store is simulated, or memory (default: ${DEFAULT-VALUE}).")
    private String storage = "storage-local";

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets a key of a plugin's configuration, such as plugins.wal-local.segment-size=8KiB.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Override
    public Integer call() {
        FaultPlan plan;
        try {
            plan = FaultPlan.parse(faults);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        atLeastOne("--seeds", seeds);
        atLeastOne("--workers", workers == null ? 1 : workers);
        Logging.silence();
        try (PluginClasses classes = PluginClasses.of(directory())) {
            Supplier<ElanusPlugin> logPlugin = log.equals(MEMORY) ? null : classes.plugin(log);
            Supplier<ElanusPlugin> storagePlugin = storage.equals(MEMORY) ? null : classes.plugin(storage);
            Consumer<Simulation.Builder> setup = builder -> {
                if (logPlugin != null) {
                    builder.logPlugin(logPlugin);
                }
                if (storagePlugin != null) {
                    builder.storagePlugin(storagePlugin);
                }
                settings.forEach(builder::pluginSetting);
            };
            return replay ? replay(plan, setup) : campaign(plan, setup);
        }
    }

    private void atLeastOne(String option, long value) {
        if (value < 1) {
            throw new ParameterException(
                    spec.commandLine(), "Invalid value for option '" + option + "': " + value + ", at least 1");
        }
    }

    private Path directory() {
        Path given = plugins;
        String home = System.getProperty(ConfigurationOptions.HOME_PROPERTY);
        if (given == null && home == null) {
            throw new ParameterException(spec.commandLine(), "Missing option: '--plugins=DIR'");
        }
        return given == null ? Path.of(home, "plugins") : given;
    }

    private int replay(FaultPlan plan, Consumer<Simulation.Builder> setup) {
        FaultPlan drawn = plan.drawn(from);
        System.out.println("seed " + from + ", faults " + drawn);
        Simulation.Builder builder = Simulation.builder()
                .seed(from)
                .faults(drawn)
                .scenario(new CrudScenario(from, drawn))
                .journal(System.out::println);
        setup.accept(builder);
        Outcome outcome = builder.build().run();
        outcome.violations().forEach(System.out::println);
        System.out.printf(
                "%d steps, %d crashes, %d violations, trace %016x%n",
                outcome.steps(), outcome.crashes(), outcome.violations().size(), outcome.traceHash());
        return outcome.failed() ? 1 : 0;
    }

    private int campaign(FaultPlan plan, Consumer<Simulation.Builder> setup) {
        CampaignReport report = new Campaign(
                        from,
                        seeds,
                        workers == null ? Runtime.getRuntime().availableProcessors() : workers,
                        keepsGoing,
                        plan,
                        CrudScenario::new,
                        setup,
                        this::replayCommand,
                        System.err::println)
                .run();
        System.out.print(report.text());
        if (report.failed().isEmpty() && report.seeds() != seeds) {
            System.err.println("only " + report.seeds() + " of " + seeds + " simulations ended");
            return 1;
        }
        return report.failed().isEmpty() ? 0 : 1;
    }

    private String replayCommand(long seed) {
        StringBuilder command =
                new StringBuilder("bin/elanus simulate --replay --from " + seed + " --faults " + faults);
        if (plugins != null) {
            command.append(" --plugins ").append(plugins);
        }
        if (!log.equals("wal-local")) {
            command.append(" --log ").append(log);
        }
        if (!storage.equals("storage-local")) {
            command.append(" --storage ").append(storage);
        }
        settings.forEach((key, value) ->
                command.append(" --set ").append(key).append('=').append(value));
        return command.toString();
    }
}
