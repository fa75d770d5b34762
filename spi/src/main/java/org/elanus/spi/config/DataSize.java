package org.elanus.spi.config;

import java.util.Locale;

/** A number of bytes, written {@code 512}, {@code 64KiB}, {@code 512MiB}, {@code 2GiB} (1,024-based) or {@code 1MB} (1,000-based). */
public record DataSize(long bytes) implements Comparable<DataSize> {

    public DataSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size is 0 bytes or more, not " + bytes);
        }
    }

    /**
     * Reads a size as an operator writes it.
     *
     * @throws IllegalArgumentException naming the text and the accepted forms
     */
    public static DataSize parse(String text) {
        String trimmed = text.strip();
        int split = 0;
        while (split < trimmed.length() && Character.isDigit(trimmed.charAt(split))) {
            split++;
        }
        long unit = switch (trimmed.substring(split).strip().toLowerCase(Locale.ROOT)) {
            case "", "b" -> 1L;
            case "kib", "k" -> 1L << 10;
            case "mib", "m" -> 1L << 20;
            case "gib", "g" -> 1L << 30;
            case "tib", "t" -> 1L << 40;
            case "kb" -> 1_000L;
            case "mb" -> 1_000_000L;
            case "gb" -> 1_000_000_000L;
            default -> 0L;
        };
        if (split == 0 || unit == 0L) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a size; write a whole number with B, KiB, MiB, GiB, TiB, KB, MB or GB");
        }
        try {
            return new DataSize(Math.multiplyExact(Long.parseLong(trimmed.substring(0, split)), unit));
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("'" + text + "' is too large; the largest size is 8 EiB - 1", e);
        }
    }

    @Override
    public int compareTo(DataSize other) {
        return Long.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        for (int shift = 40; shift > 0; shift -= 10) {
            if (bytes != 0 && (bytes & ((1L << shift) - 1)) == 0) {
                return (bytes >> shift) + " KMGT".substring(shift / 10, shift / 10 + 1) + "iB";
            }
        }
        return bytes + "B";
    }
}
