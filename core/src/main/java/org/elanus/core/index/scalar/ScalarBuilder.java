package org.elanus.core.index.scalar;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.elanus.core.index.ScalarIndex;
import org.elanus.core.index.ScalarIndex.Values;
import org.elanus.spi.database.ArrayValues;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.IndexFiles;
import org.elanus.spi.runtime.Cancellation;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/** Builds the index of one column: gathers its values, sorts them, writes them. For one thread, used once. */
public final class ScalarBuilder {

    private static final int ROWS_BETWEEN_QUESTIONS = 1 << 14;

    /**
     * What to build.
     *
     * @param type INVERTED, BITMAP, STL_SORT, TRIE, or HYBRID, which decides by the number of different values
     * @param path into a JSON field; null for another field
     * @param cast the values of a path: BOOL, DOUBLE or VARCHAR, after {@code ARRAY_} for elements; null for no path
     * @param bitmapLimit the most different values for which HYBRID builds bitmaps, and BITMAP does when it is given
     */
    public record Request(
            FieldSchema field,
            Column column,
            String type,
            @Nullable List<Object> path,
            @Nullable String cast,
            int bitmapLimit) {}

    private final Request request;
    private final Cancellation cancellation;
    private final int rows;
    private final Values values;
    private final boolean elements;
    private final TermRows pairs;
    private final TextPool texts = new TextPool();
    private final RoaringBitmap present = new RoaringBitmap();
    private final RoaringBitmap known = new RoaringBitmap();
    private final RoaringBitmap undecided = new RoaringBitmap();

    private ScalarBuilder(Request request, Cancellation cancellation) {
        this.request = request;
        this.cancellation = cancellation;
        rows = request.column().rows();
        DataType type = request.field().type();
        String cast = request.cast();
        elements = type == DataType.ARRAY || cast != null && cast.startsWith("ARRAY_");
        values = cast != null ? castValues(cast) : valuesOf(type == DataType.ARRAY ? elementType() : type);
        pairs = new TermRows(rows);
    }

    private DataType elementType() {
        return java.util.Objects.requireNonNull(request.field().elementType());
    }

    private static Values castValues(String cast) {
        return switch (cast.substring(cast.indexOf('_') + 1)) {
            case "BOOL" -> Values.BOOLEAN;
            case "DOUBLE" -> Values.FLOATING;
            case "VARCHAR" -> Values.TEXT;
            default -> throw ElanusException.invalid("json_cast_type %s is not supported", cast);
        };
    }

    private static Values valuesOf(DataType type) {
        return switch (type) {
            case BOOL -> Values.BOOLEAN;
            case INT8, INT16, INT32, INT64 -> Values.INTEGER;
            case FLOAT, DOUBLE -> Values.FLOATING;
            case VARCHAR -> Values.TEXT;
            default -> throw new IllegalStateException(type + " has no scalar index");
        };
    }

    /**
     * Builds one file.
     *
     * @return the kind that was built, such as {@code BITMAP}
     * @throws ElanusException CANCELLED soon after cancellation; UNSUPPORTED when there is too much for one index
     */
    public static String build(Request request, IndexFiles files, Cancellation cancellation) {
        ScalarBuilder builder = new ScalarBuilder(request, cancellation);
        builder.gather();
        return builder.write(files);
    }

    /** What a build may take at most, roughly: pairs twice, as sorting does, and the texts. */
    public static long estimateBytes(Column column) {
        long values = column instanceof VariableColumn variable
                ? Math.max(column.rows(), variable.bytes().byteSize() / 4)
                : column.rows();
        long text = column instanceof VariableColumn variable ? variable.bytes().byteSize() * 2 : 0;
        return values * 28 + text + (4L << 20);
    }

    private void askWhetherCancelled(int row) {
        if (row % ROWS_BETWEEN_QUESTIONS == 0 && cancellation.isCancelled()) {
            throw new ElanusException(StandardErrorCode.CANCELLED, "building an index was cancelled");
        }
    }

    private void gather() {
        Column column = request.column();
        if (request.path() != null) {
            new JsonGatherer(request.path(), values, elements).gather((VariableColumn) column);
        } else if (column instanceof FixedColumn fixed) {
            gather(fixed);
        } else if (elements) {
            gatherElements((VariableColumn) column);
        } else {
            gather((VariableColumn) column);
        }
    }

    private void gather(FixedColumn column) {
        for (int row = 0; row < rows; row++) {
            askWhetherCancelled(row);
            if (column.isNull(row)) {
                continue;
            }
            present.add(row);
            pairs.add(
                    switch (values) {
                        case BOOLEAN -> column.getBoolean(row) ? 1 : 0;
                        case INTEGER -> column.getLong(row);
                        default -> ScalarIndex.keyOf(column.getDouble(row));
                    },
                    row);
        }
    }

    private void gather(VariableColumn column) {
        for (int row = 0; row < rows; row++) {
            askWhetherCancelled(row);
            if (!column.isNull(row)) {
                present.add(row);
                pairs.add(texts.add(column.bytes(), column.start(row), column.length(row)), row);
            }
        }
    }

    private void gatherElements(VariableColumn column) {
        DataType type = elementType();
        for (int row = 0; row < rows; row++) {
            askWhetherCancelled(row);
            if (column.isNull(row)) {
                continue;
            }
            present.add(row);
            MemorySegment array = column.slice(row);
            int count = ArrayValues.count(type, array);
            for (int i = 0; i < count; i++) {
                switch (values) {
                    case BOOLEAN -> pairs.add(ArrayValues.getLong(type, array, i) != 0 ? 1 : 0, row);
                    case INTEGER -> pairs.add(ArrayValues.getLong(type, array, i), row);
                    case FLOATING -> pairs.add(ScalarIndex.keyOf(ArrayValues.getDouble(type, array, i)), row);
                    case TEXT -> {
                        MemorySegment text = ArrayValues.slice(array, i);
                        pairs.add(texts.add(text, 0, (int) text.byteSize()), row);
                    }
                }
            }
        }
    }

    /** Gathers the values at a path. */
    private final class JsonGatherer extends JsonTerms {

        JsonGatherer(List<Object> path, Values values, boolean elements) {
            super(path, values, elements);
        }

        void gather(VariableColumn column) {
            for (int row = 0; row < rows; row++) {
                askWhetherCancelled(row);
                if (request.field().dynamic() || !column.isNull(row)) {
                    known.add(row);
                }
                switch (read(column, row)) {
                    case MISSING -> {}
                    case DECIDED -> {
                        present.add(row);
                        for (int i = 0; i < size(); i++) {
                            if (values == Values.TEXT) {
                                MemorySegment text = MemorySegment.ofArray(text(i));
                                pairs.add(texts.add(text, 0, (int) text.byteSize()), row);
                            } else {
                                pairs.add(key(i), row);
                            }
                        }
                    }
                    case UNDECIDED -> {
                        present.add(row);
                        undecided.add(row);
                    }
                }
            }
        }
    }

    private String write(IndexFiles files) {
        int[] order = new int[0];
        if (values == Values.TEXT) {
            order = texts.order();
            int[] ranks = new int[order.length];
            for (int i = 0; i < order.length; i++) {
                ranks[order[i]] = i;
            }
            pairs.rank(ranks);
        }
        pairs.sort();
        int[] starts = pairs.starts();
        ScalarKind kind = kind(starts.length - 1);
        new ScalarFileWriter(kind, values, elements, request.path() != null, rows)
                .write(files, pairs, starts, texts, order, present, known, undecided);
        return kind.name();
    }

    /** Bitmaps pay while there are few different values. */
    private ScalarKind kind(int terms) {
        boolean few = terms <= request.bitmapLimit();
        return switch (request.type()) {
            case "BITMAP" -> few ? ScalarKind.BITMAP : ScalarKind.INVERTED;
            case "HYBRID" ->
                few ? ScalarKind.BITMAP : values == Values.TEXT || elements ? ScalarKind.INVERTED : ScalarKind.STL_SORT;
            default -> ScalarKind.valueOf(request.type());
        };
    }
}
