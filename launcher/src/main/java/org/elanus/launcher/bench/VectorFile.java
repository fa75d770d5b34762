package org.elanus.launcher.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Locale;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.io.Files;

/**
 * The rows of a file in the formats of the TEXMEX data sets: before every row its dimension as a little-endian int32,
 * then as many float32 (.fvecs), bytes (.bvecs) or int32 (.ivecs). In memory the rows follow each other as four-byte
 * values, without their dimensions.
 *
 * @param name for messages
 */
record VectorFile(String name, int rows, int dimension, MemorySegment values) {

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MAX_DIMENSION = 1 << 20;

    /** Reads float vectors; bytes are made floats. */
    static VectorFile vectors(Files files, Path path, Arena arena) {
        String lower = path.toString().toLowerCase(Locale.ROOT);
        if (lower.endsWith(".ivecs")) {
            throw ElanusException.invalid("%s: vectors are in .fvecs or .bvecs files", path);
        }
        return read(files, path, lower.endsWith(".bvecs") ? 1 : 4, arena);
    }

    /** Reads row numbers. */
    static VectorFile rows(Files files, Path path, Arena arena) {
        return read(files, path, 4, arena);
    }

    int integer(int row, int column) {
        return values.get(INT, 4L * ((long) row * dimension + column));
    }

    MemorySegment row(int row) {
        return values.asSlice(4L * dimension * row, 4L * dimension);
    }

    VectorFile first(int count) {
        return new VectorFile(name, count, dimension, values.asSlice(0, 4L * dimension * count));
    }

    private static VectorFile read(Files files, Path path, int bytesPerValue, Arena arena) {
        if (!files.exists(path)) {
            throw ElanusException.invalid("%s: no such file", path);
        }
        try (Arena mapping = Arena.ofConfined()) {
            MemorySegment file = files.map(path, mapping);
            if (file.byteSize() < 4) {
                throw ElanusException.invalid("%s: the file has %d bytes and no row", path, file.byteSize());
            }
            int dimension = file.get(INT, 0);
            if (dimension < 1 || dimension > MAX_DIMENSION) {
                throw ElanusException.invalid(
                        "%s: the first row has dimension %d; this is no file of little-endian vectors",
                        path, dimension);
            }
            long rowBytes = 4 + (long) bytesPerValue * dimension;
            if (file.byteSize() % rowBytes != 0) {
                throw ElanusException.invalid(
                        "%s: the file is cut off or not of this kind: %d bytes are no whole number of rows of %d"
                                + " dimensions (%d bytes each)",
                        path, file.byteSize(), dimension, rowBytes);
            }
            int rows = Math.toIntExact(file.byteSize() / rowBytes);
            MemorySegment values = arena.allocate(4L * rows * dimension, 64);
            for (int row = 0; row < rows; row++) {
                long from = row * rowBytes;
                if (file.get(INT, from) != dimension) {
                    throw ElanusException.invalid(
                            "%s: row %d has dimension %d, the rows before it have %d",
                            path, row, file.get(INT, from), dimension);
                }
                long to = 4L * dimension * row;
                if (bytesPerValue == 4) {
                    MemorySegment.copy(file, from + 4, values, to, 4L * dimension);
                } else {
                    for (int i = 0; i < dimension; i++) {
                        int value = file.get(ValueLayout.JAVA_BYTE, from + 4 + i) & 0xff;
                        values.set(INT, to + 4L * i, Float.floatToIntBits(value));
                    }
                }
            }
            return new VectorFile(path.toString(), rows, dimension, values);
        } catch (IOException e) {
            throw ElanusException.invalid("%s: it cannot be read (%s)", path, String.valueOf(e.getMessage()));
        }
    }
}
