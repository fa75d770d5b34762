package org.elanus.core.host;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import org.elanus.spi.plugin.ElanusPlugin;
import org.jspecify.annotations.Nullable;
import org.pf4j.BasePluginRepository;
import org.pf4j.JarPluginRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds plugins, in a directory and on a class path, and reads their descriptors. Runs none of their code. */
final class Discovery {

    private static final Logger log = LoggerFactory.getLogger(Discovery.class);

    private final @Nullable Path directory;
    private final @Nullable ClassLoader classPath;
    private final Set<String> reservedIds;

    Discovery(@Nullable Path directory, @Nullable ClassLoader classPath, Set<String> reservedIds) {
        this.directory = directory;
        this.classPath = classPath;
        this.reservedIds = reservedIds;
    }

    /**
     * What was found.
     *
     * @param refused why, by source; their ids are not known
     */
    record Found(List<Candidate> candidates, Map<PluginSource, String> refused) {

        /** Two plugins of one id, in words; the start must not choose between them. */
        Optional<String> duplicate() {
            Map<String, Candidate> byId = new HashMap<>();
            for (Candidate candidate : candidates) {
                Candidate other = byId.putIfAbsent(candidate.id(), candidate);
                if (other != null) {
                    return Optional.of("two plugins have the id '%s': %s and %s; remove one of them"
                            .formatted(
                                    candidate.id(),
                                    other.source().describe(),
                                    candidate.source().describe()));
                }
            }
            return Optional.empty();
        }
    }

    Found find() {
        List<Candidate> candidates = new ArrayList<>();
        Map<PluginSource, String> refused = new LinkedHashMap<>();
        for (PluginSource source : sources(refused)) {
            try {
                candidates.add(new Candidate(source, Descriptor.of(read(source), reservedIds)));
            } catch (PluginRefusedException e) {
                refused.put(source, e.getMessage());
            }
        }
        candidates.sort(Comparator.comparing(Candidate::id));
        return new Found(candidates, refused);
    }

    private List<PluginSource> sources(Map<PluginSource, String> refused) {
        List<PluginSource> sources = new ArrayList<>();
        if (directory != null) {
            if (Files.isDirectory(directory)) {
                jars(directory).forEach(path -> sources.add(new PluginSource.Jar(path)));
                folders(directory).forEach(path -> sources.add(new PluginSource.Folder(path)));
            } else {
                log.warn("The plugins directory {} does not exist; no plugin is loaded from it", directory);
            }
        }
        if (classPath != null) {
            services(classPath, sources, refused);
        }
        return sources;
    }

    private static List<Path> jars(Path directory) {
        return sorted(new JarPluginRepository(directory).getPluginPaths());
    }

    private static List<Path> folders(Path directory) {
        return sorted(new BasePluginRepository(List.of(directory), Discovery::isFolder).getPluginPaths());
    }

    private static boolean isFolder(File file) {
        return file.isDirectory() && !file.getName().startsWith(".");
    }

    private static List<Path> sorted(List<Path> paths) {
        return paths.stream().sorted().toList();
    }

    private static void services(ClassLoader loader, List<PluginSource> sources, Map<PluginSource, String> refused) {
        Iterator<ServiceLoader.Provider<ElanusPlugin>> providers =
                ServiceLoader.load(ElanusPlugin.class, loader).stream().iterator();
        while (true) {
            try {
                if (!providers.hasNext()) {
                    return;
                }
                Class<? extends ElanusPlugin> type = providers.next().type();
                ClassLoader own = type.getClassLoader();
                sources.add(new PluginSource.ClassPath(own == null ? loader : own, type.getName()));
            } catch (ServiceConfigurationError e) {
                refused.put(
                        new PluginSource.ClassPath(loader, ElanusPlugin.class.getName()),
                        String.valueOf(e.getMessage()));
            }
        }
    }

    private static Properties read(PluginSource source) throws PluginRefusedException {
        return switch (source) {
            case PluginSource.Jar jar -> PluginJar.readDescriptor(jar.path());
            case PluginSource.Folder folder -> readFolder(folder.path());
            case PluginSource.ClassPath service -> readClassPath(service);
        };
    }

    private static Properties readFolder(Path folder) throws PluginRefusedException {
        Path file = folder.resolve(Descriptor.FILE);
        if (!Files.isRegularFile(file)) {
            throw new PluginRefusedException(
                    "it has no " + Descriptor.FILE + "; a plugin's folder holds what its jar would hold");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return PluginJar.load(in);
        } catch (IOException | IllegalArgumentException e) {
            throw new PluginRefusedException(Descriptor.FILE + " cannot be read: " + e.getMessage());
        }
    }

    /** Every plugin's jar has a descriptor of the same name: the right one names the class. */
    private static Properties readClassPath(PluginSource.ClassPath service) throws PluginRefusedException {
        try {
            Enumeration<URL> descriptors = service.loader().getResources(Descriptor.FILE);
            while (descriptors.hasMoreElements()) {
                URLConnection connection = descriptors.nextElement().openConnection();
                connection.setUseCaches(false);
                try (InputStream in = connection.getInputStream()) {
                    Properties properties = PluginJar.load(in);
                    if (service.className()
                            .equals(properties.getProperty("plugin.class", "").strip())) {
                        return properties;
                    }
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new PluginRefusedException(Descriptor.FILE + " cannot be read: " + e.getMessage());
        }
        throw new PluginRefusedException(
                "no " + Descriptor.FILE + " on the class path has plugin.class=" + service.className());
    }
}
