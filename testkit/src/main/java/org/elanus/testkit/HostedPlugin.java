package org.elanus.testkit;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.elanus.core.config.Configuration;
import org.elanus.core.host.PluginHost;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.Seams;

/** A plugin in a class loader of its own, in the plugin host of the server. For one thread. */
public final class HostedPlugin implements AutoCloseable {

    private final Path directory;
    private final PluginHost host;
    private boolean stopped;

    private HostedPlugin(Path directory, PluginHost host) {
        this.directory = directory;
        this.host = host;
    }

    /**
     * Installs the plugin into a new directory and starts it.
     *
     * @param patience how long its classes may take to be collected once it has stopped
     * @throws IllegalStateException with the reason when it does not start
     */
    public static HostedPlugin start(PluginContent content, Duration patience) throws IOException {
        Path directory = Files.createTempDirectory("elanus-hosted");
        PluginHost host = null;
        try {
            install(content, directory.resolve("plugins").resolve("under-test"));
            Seams seams = Seams.system();
            Configuration.Builder configuration = Configuration.builder(seams.files())
                    .set("data.directory", directory.resolve("data").toString())
                    .set("host.unload-limit", Math.max(1, patience.toSeconds()) + "s");
            content.settings().forEach(configuration::set);
            host = PluginHost.builder()
                    .configuration(configuration.build())
                    .seams(seams.files(), seams.clock(), seams.threads(), seams.randomness())
                    .directory(directory.resolve("plugins"))
                    .build();
            host.start();
            Optional<String> failure = host.plugins().stream()
                    .flatMap(state -> state.failure().stream())
                    .map(String::valueOf)
                    .findFirst();
            if (host.plugins().size() != 1 || failure.isPresent()) {
                throw new IllegalStateException("the plugin does not run: " + failure.orElse("none was found"));
            }
            return new HostedPlugin(directory, host);
        } catch (IOException | RuntimeException e) {
            if (host != null) {
                host.close();
            }
            delete(directory);
            throw e;
        }
    }

    /** What it contributes. */
    public Registry registry() {
        return host.registry();
    }

    /**
     * Stops it.
     *
     * @return what keeps its classes from being collected; empty when they are
     */
    public List<String> stop() {
        stopped = true;
        host.close();
        return host.leaks();
    }

    /** Stops it when it is not, and deletes its directory. */
    @Override
    public void close() throws IOException {
        try {
            if (!stopped) {
                stop();
            }
        } finally {
            delete(directory);
        }
    }

    private static void install(PluginContent content, Path target) throws IOException {
        Path classes = content.classes();
        Files.walkFileTree(classes, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path found, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(target.resolve(classes.relativize(found).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path found, BasicFileAttributes attributes) throws IOException {
                Files.copy(found, target.resolve(classes.relativize(found).toString()));
                return FileVisitResult.CONTINUE;
            }
        });
        Path libraries = Files.createDirectories(target.resolve("lib"));
        for (Path library : content.libraries()) {
            Files.copy(library, libraries.resolve(library.getFileName().toString()));
        }
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path found, BasicFileAttributes attributes) throws IOException {
                Files.delete(found);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path found, IOException error) throws IOException {
                Files.delete(found);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
