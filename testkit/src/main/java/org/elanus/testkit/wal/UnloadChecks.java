package org.elanus.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.elanus.core.config.Configuration;
import org.elanus.core.host.PluginHost;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.elanus.spi.wal.WalReader;
import org.junit.jupiter.api.Test;

/** The plugin in a class loader of its own, as the server runs it. */
interface UnloadChecks extends WalCheck {

    @Test
    default void thePluginsClassesAreCollectedAfterRealTraffic() throws Exception {
        Optional<PluginContent> offered = kit().test.pluginContent();
        assumeTrue(offered.isPresent(), "not offered: pluginContent()");
        kit().closeAll();
        Path directory = Files.createTempDirectory("elanus-unload");
        try {
            install(offered.get(), directory.resolve("plugins").resolve("under-test"));
            PluginHost host = host(offered.get(), directory);
            host.start();
            try {
                assertThat(host.plugins())
                        .hasSize(1)
                        .allSatisfy(state ->
                                assertThat(state.failure()).as(state.toString()).isEmpty());
                // On a thread that ends, so that nothing of the plugin stays in its frames or thread locals.
                kit().get(kit().async(() -> use(host)));
            } finally {
                host.close();
            }
            assertThat(host.leaks()).isEmpty();
        } finally {
            delete(directory);
        }
    }

    private boolean use(PluginHost host) throws Exception {
        try (Registry.Lease<WalOpenerBuilder> lease =
                        host.registry().leases(WalOpenerBuilder.class).getFirst();
                WalOpener opener = lease.get().build();
                Wal wal = opener.open(new ChannelInfo("kit-9", 1));
                WalReader reader = opener.openReader("kit-9")) {
            MessageId last = kit().append(wal, 0, 0, 500).getLast();
            for (WalReader each : new WalReader[] {wal, reader}) {
                try (var scanner = each.scan(DeliverPolicy.EARLIEST)) {
                    for (int number = 0; number < 500; number++) {
                        assertThat(KitRecord.of(kit().next(scanner))).isEqualTo(KitRecord.of(0, number));
                    }
                }
            }
            assertThat(opener.compare(last, last)).isZero();
            assertThat(opener.status()).isNotEmpty();
            return true;
        }
    }

    private PluginHost host(PluginContent content, Path directory) {
        Seams seams = Seams.system();
        Configuration.Builder configuration = Configuration.builder(seams.files())
                .set("data.directory", directory.resolve("data").toString())
                .set("host.unload-limit", kit().patience().toSeconds() + "s");
        content.settings().forEach(configuration::set);
        return PluginHost.builder()
                .configuration(configuration.build())
                .seams(seams.files(), seams.clock(), seams.threads(), seams.randomness())
                .directory(directory.resolve("plugins"))
                .build();
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
