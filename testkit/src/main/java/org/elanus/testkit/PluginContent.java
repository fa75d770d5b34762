package org.elanus.testkit;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What a plugin's jar holds.
 *
 * @param classes a directory with the classes, {@code plugin.properties} and other resources
 * @param libraries the jars in its {@code lib/}
 * @param settings configuration by key, such as {@code plugins.wal-local.segment-size}
 */
public record PluginContent(Path classes, List<Path> libraries, Map<String, String> settings) {

    public PluginContent {
        libraries = List.copyOf(libraries);
        settings = Map.copyOf(settings);
    }

    /**
     * The module that a plugin's class was compiled in, with jars of the class path of this test.
     *
     * @param libraries each the beginning of a jar's name, such as {@code kafka-clients-}
     */
    public static PluginContent of(Class<?> plugin, Map<String, String> settings, String... libraries) {
        List<Path> jars = new ArrayList<>();
        for (String library : libraries) {
            List<Path> found = Arrays.stream(
                            System.getProperty("java.class.path").split(File.pathSeparator))
                    .map(Path::of)
                    .filter(path -> String.valueOf(path.getFileName()).startsWith(library))
                    .distinct()
                    .toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException("no jar on the class path has a name that begins with " + library);
            }
            jars.addAll(found);
        }
        try {
            Path classes = Path.of(
                    plugin.getProtectionDomain().getCodeSource().getLocation().toURI());
            return new PluginContent(classes, jars, settings);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(plugin + " does not come from a directory", e);
        }
    }
}
