package org.elanus.launcher;

import java.io.Console;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.elanus.core.config.Configuration;
import org.elanus.core.runtime.Seams;
import org.elanus.core.wiring.ElanusServer;
import org.elanus.launcher.demo.Demo;
import org.elanus.spi.error.ElanusException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code elanus serve}. */
@Command(
        name = "serve",
        description = "Starts the server and serves until SIGTERM or SIGINT.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    @Option(names = "--port", paramLabel = "PORT", description = "The port of the Milvus protocol; 19530 by default.")
    private @Nullable Integer port;

    @Option(
            names = "--management-port",
            paramLabel = "PORT",
            description = "The port of health, plugins and metrics; 9091 by default.")
    private @Nullable Integer managementPort;

    @Option(
            names = "--demo",
            description = "Loads 20,000 words as vectors through the public port and shows what a search finds.")
    private boolean demo;

    @Option(
            names = "--stop-when-ready",
            hidden = true,
            description = "Stops at once. For bin/elanus, which records such a run to make later starts faster.")
    private boolean stopWhenReady;

    @Override
    public Integer call() throws InterruptedException {
        Seams seams = Seams.system();
        Configuration.Builder builder = options.builder(seams.files(), System.getenv());
        if (port != null) {
            builder.set("plugins.api-milvus.port", port.toString(), "--port");
        }
        if (managementPort != null) {
            builder.set("management.port", managementPort.toString(), "--management-port");
        }
        Configuration configuration = builder.build();
        Logging.apply(configuration.core().logging());
        Termination termination = Termination.install();
        try (ElanusServer server = ElanusServer.start(configuration, seams)) {
            System.out.println(readyLine(server, secondsSinceStart(seams)));
            System.out.flush();
            if (stopWhenReady) {
                return 0;
            }
            if (demo) {
                Thread thread = seams.threads().start("demo", () -> demonstrate(server, seams, termination));
                termination.await();
                thread.interrupt();
            } else {
                termination.await();
            }
        }
        log.info("stopped");
        return 0;
    }

    private static void demonstrate(ElanusServer server, Seams seams, Termination termination) {
        PrintStream out = System.out;
        List<String> addresses = server.clientAddresses().getOrDefault("milvus", List.of());
        try {
            if (addresses.isEmpty()) {
                log.error("the demo needs the plugin api-milvus, which is not running");
            } else {
                new Demo(out, onTerminal(), seams.clock()).run(reachable(addresses.getFirst()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ElanusException e) {
            if (!termination.isRequested()) {
                log.error("{}; the server goes on", e.getMessage(), e);
            }
        }
    }

    static String readyLine(ElanusServer server, double seconds) {
        List<String> parts = new ArrayList<>(List.of("ready"));
        server.clientAddresses()
                .forEach((protocol, addresses) -> parts.add(protocol + "=" + String.join(",", addresses)));
        server.managementAddress().ifPresent(address -> parts.add("management=" + address));
        Path data = server.dataDirectory();
        parts.add("data=" + data);
        parts.add("plugins=" + server.runningPlugins());
        parts.add(String.format(Locale.ROOT, "%.1f s", seconds));
        return String.join("  ", parts);
    }

    /** An address that listens everywhere is no address to connect to. */
    static String reachable(String address) {
        String port = address.substring(address.lastIndexOf(':'));
        String host = address.substring(0, address.length() - port.length());
        return switch (host) {
            case "0.0.0.0" -> "127.0.0.1" + port;
            case "[::]", "[0:0:0:0:0:0:0:0]", "0:0:0:0:0:0:0:0", "::" -> "[::1]" + port;
            default -> address;
        };
    }

    /** Since the JVM began. The process may be older: bin/elanus builds the distribution in it when that is missing. */
    private static double secondsSinceStart(Seams seams) {
        return (seams.clock().millis() - ManagementFactory.getRuntimeMXBean().getStartTime()) / 1000.0;
    }

    private static boolean onTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
