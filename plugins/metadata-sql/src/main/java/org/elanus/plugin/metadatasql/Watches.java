package org.elanus.plugin.metadatasql;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.elanus.spi.metadata.MetadataListener;
import org.elanus.spi.runtime.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners of commits, each from a virtual thread of its own. Safe for use by many threads. */
final class Watches implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Watches.class);

    private final Threads threads;
    private final List<Watch> watches = new CopyOnWriteArrayList<>();

    Watches(Threads threads) {
        this.threads = threads;
    }

    AutoCloseable add(String prefix, MetadataListener listener) {
        Watch watch = new Watch(prefix, listener);
        watches.add(watch);
        threads.startVirtual("metadata-watch", watch);
        return watch;
    }

    /** Called in order of revision; never blocks. */
    void committed(long revision, List<String> keys) {
        for (Watch watch : watches) {
            List<String> watched = watch.prefix.isEmpty()
                    ? keys
                    : keys.stream().filter(key -> key.startsWith(watch.prefix)).toList();
            if (!watched.isEmpty()) {
                watch.changes.add(new Change(revision, watched));
            }
        }
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
    }

    private record Change(long revision, List<String> keys) {
        /** Ends a watch; no commit has this revision. */
        private static final Change END = new Change(0, List.of());
    }

    private final class Watch implements Runnable, AutoCloseable {
        private final String prefix;
        private final MetadataListener listener;
        private final BlockingQueue<Change> changes = new LinkedBlockingQueue<>();
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile boolean closed;
        private volatile @Nullable Thread thread;

        Watch(String prefix, MetadataListener listener) {
            this.prefix = prefix;
            this.listener = listener;
        }

        @Override
        public void run() {
            thread = Thread.currentThread();
            try {
                while (true) {
                    Change change = changes.take();
                    if (closed || change == Change.END) {
                        return;
                    }
                    try {
                        listener.changed(change.revision(), change.keys());
                    } catch (RuntimeException e) {
                        log.warn("A listener for metadata failed at revision {}", change.revision(), e);
                    }
                }
            } catch (InterruptedException e) {
                // The host ends the threads of a plugin that stopped.
                Thread.currentThread().interrupt();
            } finally {
                ended.countDown();
            }
        }

        /** Waits for a call under way, unless it comes from there. */
        @Override
        public void close() {
            closed = true;
            watches.remove(this);
            changes.add(Change.END);
            if (Thread.currentThread() != thread) {
                try {
                    ended.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
