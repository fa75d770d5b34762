package org.elanus.core.index.scalar;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The layout of an index file, as {@code docs/format-scalar-index.md} describes it. */
final class ScalarFormat {

    /** The format's version, part of the manifest's entry. */
    static final int VERSION = 1;

    /** The letters {@code ELNSSCAL}. */
    static final long MAGIC = 0x4c41_4353_534e_4c45L;

    static final String FILE = "terms";

    static final int HEADER_BYTES = 64;
    static final int FOOTER_BYTES = 320;
    static final int ALIGNMENT = 64;
    static final int BLOCK_BYTES = 1 << 20;
    static final int NODE_BYTES = 20;
    /** Lists of up to so many rows are plain in INVERTED and TRIE. */
    static final int SHORT_LIST = 4;

    static final int FLAG_ELEMENTS = 1;
    static final int FLAG_PATH = 2;
    /** In a node's count of children: a term ends here. */
    static final int TERMINAL = 1 << 31;

    // Header
    static final int AT_VERSION = 8;
    static final int AT_HEADER_BYTES = 12;
    static final int AT_HEADER_CHECKSUM = 60;

    // Footer
    static final int AT_KIND = 0;
    static final int AT_VALUES = 4;
    static final int AT_FLAGS = 8;
    static final int AT_ROWS = 12;
    static final int AT_TERMS = 16;
    static final int AT_POSTINGS = 20;
    static final int AT_PRESENT = 24;
    static final int AT_UNDECIDED = 28;
    static final int AT_NODES = 32;
    static final int AT_KNOWN = 36;
    static final int AT_BLOCK_BYTES = 40;
    static final int AT_CHECKSUMS = 48;
    static final int AT_FILE_BYTES = 56;
    static final int AT_SECTIONS = 64;
    static final int AT_FOOTER_CHECKSUM = FOOTER_BYTES - 4;

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private ScalarFormat() {}

    static long align(long position) {
        return position + ALIGNMENT - 1 & -ALIGNMENT;
    }
}
