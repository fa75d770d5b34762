package org.elanus.plugin.authjwt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.elanus.spi.io.Files;
import org.elanus.spi.io.ReadableFile;

/** Reads small files. */
final class FileContent {

    private FileContent() {}

    static byte[] read(Files files, Path path, long mostBytes) throws IOException {
        if (files.isDirectory(path)) {
            throw new IOException("it is a directory");
        }
        if (!files.exists(path)) {
            throw new IOException("it does not exist");
        }
        try (ReadableFile file = files.read(path)) {
            long size = file.size();
            if (size > mostBytes) {
                throw new IOException("it has " + size + " bytes, more than " + mostBytes);
            }
            ByteBuffer content = ByteBuffer.allocate((int) size);
            while (content.hasRemaining()) {
                if (file.read(content, content.position()) <= 0) {
                    break;
                }
            }
            byte[] read = new byte[content.position()];
            content.flip().get(read);
            return read;
        }
    }
}
