package org.elanus.dist;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Looks into the server's JVM, which must run with native memory tracking. */
final class ServerVitals implements AutoCloseable {

    private static final Pattern OTHER =
            Pattern.compile("Other \\(reserved=\\d+KB(?:, peak=\\d+KB)?, committed=(\\d+)KB");

    private final JMXConnector connector;
    private final MBeanServerConnection server;

    ServerVitals(long pid) {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            String address = machine.startLocalManagementAgent();
            machine.detach();
            connector = JMXConnectorFactory.connect(new JMXServiceURL(address));
            server = connector.getMBeanServerConnection();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (com.sun.tools.attach.AttachNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * @param heap bytes in use after a full collection
     * @param direct bytes of buffers outside of the heap
     */
    record Reading(long heap, long direct, int threads, long files) {

        @Override
        public String toString() {
            return "heap %.1f MB, direct %.1f MB, %d threads, %d files"
                    .formatted(heap / 1048576.0, direct / 1048576.0, threads, files);
        }
    }

    Reading read() {
        try {
            MemoryMXBean memory = ManagementFactory.newPlatformMXBeanProxy(
                    server, ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
            // Twice: what a cleaner frees is gone only after the second.
            memory.gc();
            memory.gc();
            ThreadMXBean threads = ManagementFactory.newPlatformMXBeanProxy(
                    server, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
            UnixOperatingSystemMXBean system = ManagementFactory.newPlatformMXBeanProxy(
                    server, ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME, UnixOperatingSystemMXBean.class);
            return new Reading(
                    memory.getHeapMemoryUsage().getUsed(),
                    direct(),
                    threads.getThreadCount(),
                    system.getOpenFileDescriptorCount());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Netty's buffers and those of the JDK. */
    private long direct() throws IOException {
        try {
            String summary = (String) server.invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "vmNativeMemory",
                    new Object[] {new String[] {"summary"}},
                    new String[] {String[].class.getName()});
            Matcher other = OTHER.matcher(summary);
            if (!other.find()) {
                throw new IllegalStateException("no native memory tracking: " + summary);
            }
            return Long.parseLong(other.group(1)) * 1024;
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The stacks of all threads, virtual ones included. */
    String threads(Path directory) {
        try {
            HotSpotDiagnosticMXBean diagnostics = ManagementFactory.newPlatformMXBeanProxy(
                    server, "com.sun.management:type=HotSpotDiagnostic", HotSpotDiagnosticMXBean.class);
            Path dump =
                    directory.resolve("threads" + System.nanoTime() + ".txt").toAbsolutePath();
            diagnostics.dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
            return Files.readString(dump);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            connector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
