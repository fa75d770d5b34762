package org.elanus.core.host;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The class loader of one plugin. Its parent lets through the platform and the few packages that host and plugins share;
 * everything else, every resource included, comes from the plugin's own jars, so that plugins bring whatever versions of
 * libraries they like.
 */
final class GateClassLoader extends URLClassLoader {

    /** What host and plugins must agree on: the SPI, and the types in its signatures. */
    static final List<String> SHARED = List.of("org.elanus.spi.", "org.slf4j.", "jakarta.inject.", "org.jspecify.");

    static {
        registerAsParallelCapable();
    }

    /** @param name unique, so that frames of stack traces tell which loader their classes are of */
    GateClassLoader(String name, URL[] classPath, ClassLoader host) {
        super(name, classPath, new Gate(host));
    }

    /** Never defines a class; only decides who may. */
    private static final class Gate extends ClassLoader {

        static {
            registerAsParallelCapable();
        }

        private final ClassLoader host;

        Gate(ClassLoader host) {
            super("plugin gate", ClassLoader.getPlatformClassLoader());
            this.host = host;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            for (String shared : SHARED) {
                if (name.startsWith(shared)) {
                    return host.loadClass(name);
                }
            }
            return super.loadClass(name, resolve);
        }

        @Override
        public @Nullable URL getResource(String name) {
            return null;
        }

        @Override
        public Enumeration<URL> getResources(String name) {
            return Collections.emptyEnumeration();
        }

        @Override
        public Stream<URL> resources(String name) {
            return Stream.empty();
        }
    }
}
