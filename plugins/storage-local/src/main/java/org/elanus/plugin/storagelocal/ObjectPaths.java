package org.elanus.plugin.storagelocal;

import java.nio.file.Path;
import org.elanus.spi.error.ElanusException;

/**
 * Where objects lie. Each part of a key before the last becomes a directory whose name ends in {@code +}, so that
 * {@code a} and {@code a/b} can both be objects; a part that is too long for a file name is split into directories whose
 * names end in {@code &}. Neither sign can occur in a key.
 */
record ObjectPaths(Path root) {

    static final int LONGEST_KEY = 512;

    private static final int LONGEST_NAME = 200;
    private static final String PART = "+";
    private static final String SPLIT = "&";

    /** The object's file. @throws ElanusException INVALID_ARGUMENT for anything that is not a key */
    Path of(String key) {
        requireKey(key);
        Path path = root;
        int begin = 0;
        for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', begin)) {
            path = part(path, key.substring(begin, slash), PART);
            begin = slash + 1;
        }
        return part(path, key.substring(begin), "");
    }

    private static Path part(Path parent, String part, String suffix) {
        Path path = parent;
        int begin = 0;
        for (; part.length() - begin > LONGEST_NAME; begin += LONGEST_NAME) {
            path = path.resolve(part.substring(begin, begin + LONGEST_NAME) + SPLIT);
        }
        return path.resolve(part.substring(begin) + suffix);
    }

    /** What a directory in a directory adds to the keys below it. */
    static String keyOfDirectory(String parentKey, Path directory) {
        String name = directory.getFileName().toString();
        String part = name.substring(0, name.length() - 1);
        return parentKey + part + (name.endsWith(PART) ? "/" : "");
    }

    static String keyOfFile(String parentKey, Path file) {
        return parentKey + file.getFileName();
    }

    private static void requireKey(String key) {
        if (key.isEmpty() || key.length() > LONGEST_KEY) {
            throw ElanusException.invalid(
                    "an object key has 1 to %d characters; '%s' has %d", LONGEST_KEY, key, key.length());
        }
        int begin = 0;
        for (int i = 0; i <= key.length(); i++) {
            if (i == key.length() || key.charAt(i) == '/') {
                String part = key.substring(begin, i);
                if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                    throw ElanusException.invalid("object key '%s' has an empty, '.' or '..' part", key);
                }
                begin = i + 1;
            } else if (!isPlain(key.charAt(i))) {
                throw ElanusException.invalid(
                        "object key '%s' has a character other than letters, digits, '.', '-', '_' and '/'", key);
            }
        }
    }

    private static boolean isPlain(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_';
    }
}
