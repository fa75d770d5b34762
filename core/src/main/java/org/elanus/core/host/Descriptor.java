package org.elanus.core.host;

import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.elanus.spi.SpiVersion;
import org.pf4j.DefaultVersionManager;
import org.pf4j.PluginDescriptor;
import org.pf4j.PropertiesPluginDescriptorFinder;
import org.pf4j.VersionManager;

/** What {@code plugin.properties} says, checked. */
record Descriptor(PluginDescriptor declared) {

    static final String FILE = "plugin.properties";

    static final VersionManager VERSIONS = new DefaultVersionManager();

    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    private static final Pattern CLASS_NAME =
            Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*");
    private static final List<String> MANDATORY = List.of(
            PropertiesPluginDescriptorFinder.PLUGIN_ID,
            PropertiesPluginDescriptorFinder.PLUGIN_CLASS,
            PropertiesPluginDescriptorFinder.PLUGIN_VERSION,
            PropertiesPluginDescriptorFinder.PLUGIN_REQUIRES);

    String id() {
        return declared.getPluginId();
    }

    String version() {
        return declared.getVersion();
    }

    String pluginClass() {
        return declared.getPluginClass();
    }

    /**
     * Reads and checks a descriptor.
     *
     * @param reservedIds words that cannot be ids
     */
    static Descriptor of(Properties properties, Set<String> reservedIds) throws PluginRefusedException {
        List<String> missing = MANDATORY.stream()
                .filter(key -> properties.getProperty(key, "").isBlank())
                .toList();
        if (!missing.isEmpty()) {
            throw new PluginRefusedException(FILE + " lacks " + String.join(", ", missing));
        }
        PluginDescriptor declared = parse(properties);
        String id = declared.getPluginId();
        if (!ID.matcher(id).matches() || reservedIds.contains(id)) {
            throw new PluginRefusedException(
                    "plugin.id '%s' is not allowed; an id begins with a lower-case letter, has at most 63 lower-case"
                                    .formatted(id)
                            + " letters, digits and hyphens, and is none of " + String.join(", ", reservedIds));
        }
        if (!CLASS_NAME.matcher(declared.getPluginClass()).matches()) {
            throw new PluginRefusedException(
                    "plugin.class '" + declared.getPluginClass() + "' is not the name of a class");
        }
        checkVersions(declared);
        return new Descriptor(declared);
    }

    private static void checkVersions(PluginDescriptor declared) throws PluginRefusedException {
        try {
            VERSIONS.compareVersions(declared.getVersion(), declared.getVersion());
        } catch (RuntimeException e) {
            throw new PluginRefusedException(
                    "plugin.version '" + declared.getVersion() + "' is not a semantic version such as 1.2.3");
        }
        boolean fits;
        try {
            fits = VERSIONS.checkVersionConstraint(SpiVersion.CURRENT, declared.getRequires());
        } catch (RuntimeException e) {
            throw new PluginRefusedException("plugin.requires '" + declared.getRequires()
                    + "' is not a range of versions such as '>=0.1.0 & <0.2.0'");
        }
        if (!fits) {
            throw new PluginRefusedException(
                    "it requires SPI version '%s', this server has %s; install a version of the"
                                    .formatted(declared.getRequires(), SpiVersion.CURRENT)
                            + " plugin made for this server");
        }
    }

    private static PluginDescriptor parse(Properties properties) throws PluginRefusedException {
        try {
            return new Finder().createPluginDescriptor(properties);
        } catch (RuntimeException e) {
            throw new PluginRefusedException(FILE + " is malformed: " + e.getMessage());
        }
    }

    /** PF4J's reading of the properties without its way of opening the file, which does not survive broken jars. */
    private static final class Finder extends PropertiesPluginDescriptorFinder {
        @Override
        protected PluginDescriptor createPluginDescriptor(Properties properties) {
            Properties trimmed = new Properties();
            properties
                    .stringPropertyNames()
                    .forEach(key ->
                            trimmed.setProperty(key, properties.getProperty(key).strip()));
            return super.createPluginDescriptor(trimmed);
        }
    }
}
