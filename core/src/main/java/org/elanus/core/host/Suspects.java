package org.elanus.core.host;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.management.InstanceNotFoundException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for what keeps a stopped plugin's class loader from being collected. */
final class Suspects {

    private static final Logger log = LoggerFactory.getLogger(Suspects.class);

    private Suspects() {}

    /** Everything known to keep the loader, in words; empty when nothing is found. */
    static List<String> of(ClassLoader loader) {
        List<String> suspects = new ArrayList<>();
        threads(loader).forEach(thread -> suspects.add("thread '" + thread + "'"));
        hooks(loader).forEach(hook -> suspects.add("shutdown hook '" + hook + "'"));
        mbeans(loader).forEach(bean -> suspects.add("MBean " + bean));
        drivers(loader).forEach(driver -> suspects.add("JDBC driver " + driver));
        return suspects;
    }

    /** Names of live platform threads that belong to the loader or run its classes. */
    static List<String> threads(ClassLoader loader) {
        List<String> names = new ArrayList<>();
        for (Map.Entry<Thread, StackTraceElement[]> entry :
                Thread.getAllStackTraces().entrySet()) {
            Thread thread = entry.getKey();
            if (belongs(thread, loader) || runs(entry.getValue(), loader)) {
                names.add(thread.getName());
            }
        }
        return names.stream().sorted().toList();
    }

    private static boolean belongs(Thread thread, ClassLoader loader) {
        return thread.getContextClassLoader() == loader || thread.getClass().getClassLoader() == loader;
    }

    private static boolean runs(StackTraceElement[] stack, ClassLoader loader) {
        String name = loader.getName();
        for (StackTraceElement frame : stack) {
            if (name != null && name.equals(frame.getClassLoaderName())) {
                return true;
            }
        }
        return false;
    }

    /** Hooks are not to be seen without {@code --add-opens java.base/java.lang=ALL-UNNAMED}. */
    private static List<String> hooks(ClassLoader loader) {
        List<String> names = new ArrayList<>();
        try {
            Field field = Class.forName("java.lang.ApplicationShutdownHooks").getDeclaredField("hooks");
            field.setAccessible(true);
            if (field.get(null) instanceof Map<?, ?> hooks) {
                for (Object hook : hooks.keySet()) {
                    if (hook instanceof Thread thread && belongs(thread, loader)) {
                        names.add(thread.getName());
                    }
                }
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            log.debug("Shutdown hooks cannot be examined", e);
        }
        return names;
    }

    private static List<String> mbeans(ClassLoader loader) {
        List<String> names = new ArrayList<>();
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName name : server.queryNames(null, null)) {
            try {
                if (server.getClassLoaderFor(name) == loader) {
                    names.add(name.getCanonicalName());
                }
            } catch (InstanceNotFoundException e) {
                log.debug("{} disappeared meanwhile", name);
            }
        }
        return names;
    }

    /**
     * {@code DriverManager} shows a driver only to callers that see its class. So a copy of the probe's class is defined
     * below the plugin's loader and asked there.
     */
    private static List<String> drivers(ClassLoader loader) {
        String probe = DriverProbe.class.getName();
        try (InputStream in = Suspects.class.getResourceAsStream("DriverProbe.class")) {
            if (in == null) {
                return List.of();
            }
            byte[] code = in.readAllBytes();
            ClassLoader below = new ClassLoader("driver probe", loader) {
                @Override
                protected Class<?> findClass(String name) throws ClassNotFoundException {
                    if (!name.equals(probe)) {
                        throw new ClassNotFoundException(name);
                    }
                    return defineClass(name, code, 0, code.length);
                }
            };
            Object answer = ((Callable<?>)
                            below.loadClass(probe).getDeclaredConstructor().newInstance())
                    .call();
            List<String> names = new ArrayList<>();
            for (Object driver : (List<?>) answer) {
                if (driver.getClass().getClassLoader() == loader) {
                    names.add(driver.getClass().getName());
                }
            }
            return names;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (Exception | LinkageError e) {
            log.debug("JDBC drivers cannot be examined", e);
            return List.of();
        }
    }
}
