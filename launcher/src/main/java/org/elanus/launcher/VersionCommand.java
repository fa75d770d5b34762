package org.elanus.launcher;

import java.util.concurrent.Callable;
import jdk.incubator.vector.FloatVector;
import org.elanus.core.host.PluginState;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.SpiVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code elanus version}. */
@Command(
        name = "version",
        description = "Prints the versions of Elanus, its SPI, the Java runtime, the kernels and the plugins.",
        mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    @Override
    public Integer call() {
        Seams seams = Seams.system();
        System.out.println("elanus   " + Version.current());
        System.out.println("spi      " + SpiVersion.CURRENT);
        System.out.println(
                "java     " + System.getProperty("java.vm.version") + "  " + System.getProperty("java.vendor") + "  "
                        + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        System.out.println("kernels  " + kernels());
        for (PluginState plugin : InstalledPlugins.inspect(
                options.builder(seams.files(), System.getenv()).build(), seams)) {
            System.out.println("plugin   " + (plugin.id() + " " + plugin.version()).strip()
                    + plugin.failure()
                            .map(reason -> "  (not usable: " + reason + ")")
                            .orElse(""));
        }
        return 0;
    }

    private static String kernels() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                ? "Vector API, " + Wide.bits() + " bits"
                : "plain Java; run with --add-modules jdk.incubator.vector for faster ones";
    }

    /** Apart, so that nothing of the module is loaded where it is missing. */
    private static final class Wide {
        static int bits() {
            return FloatVector.SPECIES_PREFERRED.vectorBitSize();
        }
    }
}
