package org.elanus.core.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** The core's own settings, one record a section. */
public record CoreConfig(
        DataConfig data,
        LogConfig log,
        StorageConfig storage,
        MetadataConfig metadata,
        SegmentConfig segment,
        MemoryConfig memory,
        ManagementConfig management,
        AuthConfig auth,
        PluginsConfig plugins,
        HostConfig host,
        LoggingConfig logging,
        MetricsConfig metrics) {

    /** The sections by name, in the order of the reference page. */
    public static Map<String, Class<? extends Record>> sections() {
        Map<String, Class<? extends Record>> sections = new LinkedHashMap<>();
        sections.put("data", DataConfig.class);
        sections.put("log", LogConfig.class);
        sections.put("storage", StorageConfig.class);
        sections.put("metadata", MetadataConfig.class);
        sections.put("segment", SegmentConfig.class);
        sections.put("memory", MemoryConfig.class);
        sections.put("management", ManagementConfig.class);
        sections.put("auth", AuthConfig.class);
        sections.put("plugins", PluginsConfig.class);
        sections.put("host", HostConfig.class);
        sections.put("logging", LoggingConfig.class);
        sections.put("metrics", MetricsConfig.class);
        return sections;
    }

    static CoreConfig bind(Configuration configuration) {
        return new CoreConfig(
                section(configuration, "data", DataConfig.class),
                section(configuration, "log", LogConfig.class),
                section(configuration, "storage", StorageConfig.class),
                section(configuration, "metadata", MetadataConfig.class),
                section(configuration, "segment", SegmentConfig.class),
                section(configuration, "memory", MemoryConfig.class),
                section(configuration, "management", ManagementConfig.class),
                section(configuration, "auth", AuthConfig.class),
                section(configuration, "plugins", PluginsConfig.class),
                section(configuration, "host", HostConfig.class),
                section(configuration, "logging", LoggingConfig.class),
                section(configuration, "metrics", MetricsConfig.class));
    }

    private static <C extends Record> C section(Configuration configuration, String name, Class<C> type) {
        C section = configuration.bind(name, type);
        if (section == null) {
            throw new IllegalStateException("every setting of " + type.getSimpleName() + " needs a default");
        }
        return section;
    }
}
