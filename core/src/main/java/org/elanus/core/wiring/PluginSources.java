package org.elanus.core.wiring;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where plugins are looked for.
 *
 * @param directory of jars, each in a class loader of its own
 * @param classPath a class loader whose services are plugins
 */
record PluginSources(Optional<Path> directory, Optional<ClassLoader> classPath) {

    static PluginSources directory(Path directory) {
        return new PluginSources(Optional.of(directory), Optional.empty());
    }

    static PluginSources classPath(ClassLoader loader) {
        return new PluginSources(Optional.empty(), Optional.of(loader));
    }
}
