package org.elanus.launcher;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.elanus.core.config.Configuration;
import org.elanus.core.runtime.Seams;
import org.elanus.core.wiring.OfflineLog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code elanus wal move}. */
@Command(
        name = "move",
        description = {
            "Moves the database of a data directory that no server uses to another write-ahead log.",
            "It can be killed at any moment and run again. Afterwards set log.wal to the new log."
        },
        mixinStandardHelpOptions = true)
final class WalMoveCommand implements Callable<Integer> {

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    @Option(
            names = "--to",
            required = true,
            paramLabel = "NAME",
            description = "The log to move to, such as local or kafka; its plugin must be installed and configured.")
    private String to = "";

    @Override
    public Integer call() {
        Seams seams = Seams.system();
        Configuration configuration =
                options.builder(seams.files(), System.getenv()).build();
        OfflineLog.Moved moved = OfflineLog.move(configuration, seams, to, line -> System.err.println("  " + line));
        String what = String.format(
                Locale.ROOT,
                "from=%s  to=%s  collections=%d  rows=%d  data=%s",
                moved.from(),
                moved.to(),
                moved.result().collections(),
                moved.result().rows(),
                moved.data());
        if (moved.from().equals(moved.to())) {
            System.out.println("there already  " + what);
        } else {
            System.out.println("moved  " + what);
            System.out.println("What the log '" + moved.from()
                    + "' still holds is not needed any more and was left; docs/wal.md tells how to remove it.");
        }
        if (!configuration.core().log().wal().equals(moved.to())) {
            System.out.println("The configuration still says log.wal = "
                    + configuration.core().log().wal() + ": set it to " + moved.to() + " before the next start.");
        }
        return 0;
    }
}
