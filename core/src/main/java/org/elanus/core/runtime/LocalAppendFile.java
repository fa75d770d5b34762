package org.elanus.core.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.elanus.spi.io.AppendFile;
import org.jspecify.annotations.Nullable;

/** A file channel that stands at the end. Failed once, it refuses everything but closing. */
final class LocalAppendFile implements AppendFile {

    private final Path path;
    private final FileChannel channel;

    private volatile long size;
    private volatile @Nullable IOException failure;

    LocalAppendFile(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        try {
            this.size = channel.size();
            channel.position(size);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void append(ByteBuffer... buffers) throws IOException {
        refuseAfterFailure();
        try {
            long written = 0;
            int first = 0;
            while (true) {
                while (first < buffers.length && !buffers[first].hasRemaining()) {
                    first++;
                }
                if (first == buffers.length) {
                    break;
                }
                // The kernel takes so many pieces at once; the JDK passes on what fits and reports how far it came.
                written += channel.write(buffers, first, buffers.length - first);
            }
            size += written;
        } catch (IOException e) {
            throw failed("write to", e);
        }
    }

    @Override
    public void force() throws IOException {
        refuseAfterFailure();
        try {
            channel.force(false);
        } catch (IOException e) {
            throw failed("force", e);
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void close() throws IOException {
        LocalFiles.named("close", path, () -> {
            channel.close();
            return path;
        });
    }

    private IOException failed(String action, IOException error) {
        IOException translated = FileErrors.translate(action, path, error);
        failure = translated;
        return translated;
    }

    private void refuseAfterFailure() throws IOException {
        IOException earlier = failure;
        if (earlier != null) {
            throw new IOException(path + " failed before and is in an unknown state: " + earlier.getMessage(), earlier);
        }
    }
}
