package org.elanus.plugin.apimilvus.call;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.elanus.spi.database.ArrayValues;
import org.elanus.spi.database.DataType;
import org.jspecify.annotations.Nullable;

/** Changes of one array. A null array is an empty one. */
final class ArrayChanges {

    private ArrayChanges() {}

    static byte[] append(DataType element, byte @Nullable [] before, byte @Nullable [] added) {
        if (element == DataType.VARCHAR) {
            List<String> all = new ArrayList<>(strings(before));
            all.addAll(strings(added));
            return ArrayValues.ofStrings(all);
        }
        byte[] first = before == null ? new byte[0] : before;
        byte[] second = added == null ? new byte[0] : added;
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    static byte[] remove(DataType element, byte @Nullable [] before, byte @Nullable [] removed) {
        if (element == DataType.VARCHAR) {
            List<String> left = new ArrayList<>(strings(before));
            left.removeAll(strings(removed));
            return ArrayValues.ofStrings(left);
        }
        byte[] all = before == null ? new byte[0] : before;
        byte[] gone = removed == null ? new byte[0] : removed;
        int width = element.scalarBytes();
        byte[] left = new byte[all.length];
        int size = 0;
        for (int i = 0; i < all.length; i += width) {
            if (!contains(gone, all, i, width)) {
                System.arraycopy(all, i, left, size, width);
                size += width;
            }
        }
        return Arrays.copyOf(left, size);
    }

    private static boolean contains(byte[] elements, byte[] from, int start, int width) {
        for (int i = 0; i < elements.length; i += width) {
            if (Arrays.equals(elements, i, i + width, from, start, start + width)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> strings(byte @Nullable [] array) {
        List<String> strings = new ArrayList<>();
        if (array != null) {
            MemorySegment value = MemorySegment.ofArray(array);
            for (int i = 0; i < ArrayValues.count(DataType.VARCHAR, value); i++) {
                strings.add(ArrayValues.getString(value, i));
            }
        }
        return strings;
    }
}
