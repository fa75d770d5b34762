package org.elanus.core.wiring;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.elanus.core.config.Configuration;
import org.elanus.core.engine.Engine;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Looks over a data directory that no server uses. Holds it meanwhile, so that none starts on it. */
public final class OfflineCheck {

    private OfflineCheck() {}

    /**
     * Verifies every checksum and reference: metadata, manifests, segments, indexes, the log from its beginning.
     *
     * @param progress is told what is looked at, in words
     * @return what is wrong, one sentence each; empty when nothing is
     * @throws ElanusException ALREADY_IN_USE when a server runs on the directory; others when the check cannot be made
     */
    public static List<String> run(Configuration configuration, Seams seams, Consumer<String> progress) {
        return run(
                configuration,
                seams,
                PluginSources.directory(configuration.core().plugins().directory()),
                progress);
    }

    /** As {@link #run(Configuration, Seams, Consumer)} with the plugins of a class path. */
    public static List<String> run(
            Configuration configuration, Seams seams, ClassLoader classPath, Consumer<String> progress) {
        return run(configuration, seams, PluginSources.classPath(classPath), progress);
    }

    private static List<String> run(
            Configuration configuration, Seams seams, PluginSources sources, Consumer<String> progress) {
        Path data = configuration.core().data().directory().toAbsolutePath().normalize();
        if (!seams.files().exists(data.resolve(DataDirectory.GUARD_FILE))) {
            throw new ElanusException(
                    StandardErrorCode.INVALID_ARGUMENT, "there is no data of Elanus in the directory " + data);
        }
        try (OpenParts parts = new OpenParts()) {
            HostedServices services = HostedServices.open(configuration, seams, sources, parts);
            return PluginErrors.detached(() -> check(services, seams, parts, progress));
        }
    }

    /** Apart, so that nothing refers to the plugins' stores any more when their classes are unloaded. */
    private static List<String> check(
            HostedServices services, Seams seams, OpenParts parts, Consumer<String> progress) {
        Stores stores = services.openRecordedStores(parts);
        return Engine.check(
                stores.metadata(),
                stores.objects(),
                stores.log().opener(),
                stores.log().capabilities(),
                services.injector().getInstance(IndexTypes.class),
                seams,
                progress);
    }
}
