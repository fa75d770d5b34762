package org.elanus.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import org.elanus.core.registry.Registry;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.elanus.spi.wal.WalReader;
import org.elanus.testkit.HostedPlugin;
import org.elanus.testkit.PluginContent;
import org.junit.jupiter.api.Test;

/** The plugin in a class loader of its own, as the server runs it. */
interface UnloadChecks extends WalCheck {

    @Test
    default void thePluginsClassesAreCollectedAfterRealTraffic() throws Exception {
        Optional<PluginContent> offered = kit().test.pluginContent();
        assumeTrue(offered.isPresent(), "not offered: pluginContent()");
        kit().closeAll();
        try (HostedPlugin plugin = HostedPlugin.start(offered.get(), kit().patience())) {
            // On a thread that ends, so that nothing of the plugin stays in its frames or thread locals.
            kit().get(kit().async(() -> use(plugin.registry())));
            assertThat(plugin.stop()).isEmpty();
        }
    }

    private boolean use(Registry registry) throws Exception {
        try (Registry.Lease<WalOpenerBuilder> lease =
                        registry.leases(WalOpenerBuilder.class).getFirst();
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
}
