package org.elanus.core.index.scalar;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.elanus.core.index.ScalarIndex.Values;
import org.elanus.spi.index.IndexFiles;
import org.elanus.spi.storage.ObjectWriter;
import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.RoaringBitmapWriter;

/** Writes terms and their rows. For one thread, used once. */
final class ScalarFileWriter {

    private final ScalarKind kind;
    private final Values values;
    private final boolean elements;
    private final boolean path;
    private final int rows;

    ScalarFileWriter(ScalarKind kind, Values values, boolean elements, boolean path, int rows) {
        this.kind = kind;
        this.values = values;
        this.elements = elements;
        this.path = path;
        this.rows = rows;
    }

    /** @param starts where the rows of each term begin among the pairs, and the end */
    void write(
            IndexFiles files,
            TermRows pairs,
            int[] starts,
            TextPool texts,
            int[] order,
            RoaringBitmap present,
            RoaringBitmap known,
            RoaringBitmap undecided) {
        int terms = starts.length - 1;
        int nodes = 0;
        try (ObjectWriter object = files.create(ScalarFormat.FILE)) {
            SectionOutput output = new SectionOutput(object);
            if (present.getCardinality() < rows) {
                write(output, Section.PRESENT, present);
            }
            if (path && known.getCardinality() < rows) {
                write(output, Section.KNOWN, known);
            }
            if (!undecided.isEmpty()) {
                write(output, Section.UNDECIDED, undecided);
            }
            if (values != Values.TEXT) {
                output.begin(Section.NUMBERS);
                for (int term = 0; term < terms; term++) {
                    output.writeLong(pairs.key(starts[term]));
                }
                output.end(Section.NUMBERS);
            } else if (kind == ScalarKind.TRIE) {
                nodes = new TrieOutput(texts, order).write(output);
            } else {
                writeTexts(output, texts, order);
            }
            output.begin(Section.STARTS);
            for (int start : starts) {
                output.writeInt(start);
            }
            output.end(Section.STARTS);
            if (kind == ScalarKind.STL_SORT) {
                output.begin(Section.ROWS);
                for (int i = 0; i < pairs.size(); i++) {
                    output.writeInt(pairs.rows()[i]);
                }
                output.end(Section.ROWS);
            } else {
                writeLists(output, pairs, starts);
            }
            MemorySegment footer = MemorySegment.ofArray(new byte[ScalarFormat.FOOTER_BYTES]);
            footer.set(ScalarFormat.INT, ScalarFormat.AT_KIND, kind.number());
            footer.set(ScalarFormat.INT, ScalarFormat.AT_VALUES, values.ordinal() + 1);
            footer.set(
                    ScalarFormat.INT,
                    ScalarFormat.AT_FLAGS,
                    (elements ? ScalarFormat.FLAG_ELEMENTS : 0) | (path ? ScalarFormat.FLAG_PATH : 0));
            footer.set(ScalarFormat.INT, ScalarFormat.AT_ROWS, rows);
            footer.set(ScalarFormat.INT, ScalarFormat.AT_TERMS, terms);
            footer.set(ScalarFormat.INT, ScalarFormat.AT_POSTINGS, pairs.size());
            footer.set(ScalarFormat.INT, ScalarFormat.AT_PRESENT, present.getCardinality());
            footer.set(ScalarFormat.INT, ScalarFormat.AT_UNDECIDED, undecided.getCardinality());
            footer.set(ScalarFormat.INT, ScalarFormat.AT_NODES, nodes);
            footer.set(ScalarFormat.INT, ScalarFormat.AT_KNOWN, (path ? known : present).getCardinality());
            output.finish(footer);
            object.commit();
        }
    }

    private static void write(SectionOutput output, Section section, RoaringBitmap bitmap) {
        output.begin(section);
        bitmap.runOptimize();
        output.write(serialized(bitmap));
        output.end(section);
    }

    private static MemorySegment serialized(RoaringBitmap bitmap) {
        ByteBuffer buffer = ByteBuffer.allocate(bitmap.serializedSizeInBytes()).order(ByteOrder.LITTLE_ENDIAN);
        bitmap.serialize(buffer);
        return MemorySegment.ofArray(buffer.array());
    }

    private static void writeTexts(SectionOutput output, TextPool texts, int[] order) {
        output.begin(Section.TEXT_OFFSETS);
        int end = 0;
        output.writeInt(0);
        for (int text : order) {
            end += texts.length(text);
            output.writeInt(end);
        }
        output.end(Section.TEXT_OFFSETS);
        output.begin(Section.TEXT_BYTES);
        for (int text : order) {
            output.write(texts.slice(text, 0, texts.length(text)));
        }
        output.end(Section.TEXT_BYTES);
    }

    private void writeLists(SectionOutput output, TermRows pairs, int[] starts) {
        long[] offsets = new long[starts.length];
        output.begin(Section.LISTS);
        for (int term = 0; term + 1 < starts.length; term++) {
            int from = starts[term];
            int to = starts[term + 1];
            if (kind != ScalarKind.BITMAP && to - from <= ScalarFormat.SHORT_LIST) {
                for (int i = from; i < to; i++) {
                    output.writeInt(pairs.rows()[i]);
                }
            } else {
                RoaringBitmapWriter<RoaringBitmap> writer =
                        RoaringBitmapWriter.writer().runCompress(true).get();
                for (int i = from; i < to; i++) {
                    writer.add(pairs.rows()[i]);
                }
                writer.flush();
                RoaringBitmap bitmap = writer.get();
                bitmap.runOptimize();
                output.write(serialized(bitmap));
            }
            offsets[term + 1] = output.length(Section.LISTS);
        }
        output.end(Section.LISTS);
        output.begin(Section.LIST_OFFSETS);
        for (long offset : offsets) {
            output.writeLong(offset);
        }
        output.end(Section.LIST_OFFSETS);
    }
}
