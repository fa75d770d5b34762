package org.elanus.launcher;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for SIGTERM, SIGINT or SIGHUP (the terminal is gone), so that the process can end in order and with exit code 0: left to itself the JVM ends
 * with 143, 130 or 129, and its shutdown hooks run while everything else still does. A second signal ends the process at once.
 */
final class Termination {

    private static final Logger log = LoggerFactory.getLogger(Termination.class);

    private final CountDownLatch requested = new CountDownLatch(1);

    private Termination() {}

    /** Takes the signals over, for as long as the process lives. */
    static Termination install() {
        Termination termination = new Termination();
        for (String name : new String[] {"TERM", "INT", "HUP"}) {
            termination.handle(name);
        }
        return termination;
    }

    /** Waits for a signal. */
    void await() throws InterruptedException {
        requested.await();
    }

    boolean isRequested() {
        return requested.getCount() == 0;
    }

    private void received(String signal) {
        if (isRequested()) {
            log.warn("SIG{} again: ending at once; nothing acknowledged is lost", signal);
            Runtime.getRuntime().halt(1);
        }
        log.info("SIG{}: shutting down", signal);
        requested.countDown();
    }

    /**
     * Calls {@code sun.misc.Signal.handle}, which the module jdk.unsupported exports for everybody, by reflection:
     * javac warns about every mention of it, and that cannot be turned off.
     */
    private void handle(String name) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object action = Proxy.newProxyInstance(
                    handler.getClassLoader(),
                    new Class<?>[] {handler},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "equals" -> proxy == arguments[0];
                        case "hashCode" -> System.identityHashCode(proxy);
                        case "toString" -> "handler of SIG" + name;
                        default -> {
                            received(name);
                            yield null;
                        }
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), action);
        } catch (InvocationTargetException e) {
            // The JVM runs with -Xrs, or the shell has the signal ignored.
            log.debug("SIG{} is not handled: {}", name, String.valueOf(e.getCause()));
        } catch (ReflectiveOperationException e) {
            log.warn("SIG{} is not handled: this Java runtime lacks {}", name, e.getMessage());
        }
    }
}
