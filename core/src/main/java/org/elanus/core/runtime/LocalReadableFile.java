package org.elanus.core.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.io.ReadableFile;

/**
 * A file channel for positional reads. The JDK closes a channel when a thread that reads from it is interrupted; the
 * other readers did nothing wrong, so the file is opened again for them.
 */
final class LocalReadableFile implements ReadableFile {

    private final Path path;
    private final ReentrantLock reopening = new ReentrantLock();
    private volatile FileChannel channel;
    private volatile boolean closed;

    LocalReadableFile(Path path) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(path, StandardOpenOption.READ);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        int begin = target.position();
        while (target.hasRemaining()) {
            FileChannel current = channel;
            try {
                int count = current.read(target, position + target.position() - begin);
                if (count < 0) {
                    break;
                }
            } catch (ClosedByInterruptException e) {
                throw FileErrors.translate("go on, interrupted, to read", path, e);
            } catch (ClosedChannelException e) {
                reopen(current, e);
            } catch (IOException e) {
                throw FileErrors.translate("read", path, e);
            }
        }
        return target.position() - begin;
    }

    @Override
    public long size() throws IOException {
        while (true) {
            FileChannel current = channel;
            try {
                return current.size();
            } catch (ClosedByInterruptException e) {
                throw FileErrors.translate("go on, interrupted, to read", path, e);
            } catch (ClosedChannelException e) {
                reopen(current, e);
            } catch (IOException e) {
                throw FileErrors.translate("read the length of", path, e);
            }
        }
    }

    private void reopen(FileChannel broken, ClosedChannelException cause) throws IOException {
        reopening.lock();
        try {
            if (closed) {
                throw new IOException(path + " was closed by this process and cannot be read", cause);
            }
            if (channel == broken) {
                channel = LocalFiles.named("read", path, () -> FileChannel.open(path, StandardOpenOption.READ));
            }
        } finally {
            reopening.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        reopening.lock();
        try {
            closed = true;
            channel.close();
        } finally {
            reopening.unlock();
        }
    }
}
