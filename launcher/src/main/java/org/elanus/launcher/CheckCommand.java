package org.elanus.launcher;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.elanus.core.config.Configuration;
import org.elanus.core.runtime.Seams;
import org.elanus.core.wiring.OfflineCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code elanus check}. */
@Command(
        name = "check",
        description = {
            "Verifies every checksum and reference of a data directory that no server uses.",
            "Exit code 0: nothing is wrong. 1: something is, or the check could not be made."
        },
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    @Override
    public Integer call() {
        Seams seams = Seams.system();
        Configuration configuration =
                options.builder(seams.files(), System.getenv()).build();
        Path data = configuration.core().data().directory();
        List<String> findings = OfflineCheck.run(configuration, seams, line -> System.err.println("  " + line));
        if (findings.isEmpty()) {
            System.out.println("clean  data=" + data.toAbsolutePath().normalize());
            return 0;
        }
        findings.forEach(System.out::println);
        System.err.println("elanus: " + findings.size() + (findings.size() == 1 ? " finding" : " findings") + " in "
                + data.toAbsolutePath().normalize());
        return 1;
    }
}
