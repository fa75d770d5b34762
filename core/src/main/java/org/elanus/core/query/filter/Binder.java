package org.elanus.core.query.filter;

import java.util.ArrayList;
import java.util.List;
import org.elanus.core.query.filter.Predicate.AllOf;
import org.elanus.core.query.filter.Predicate.Always;
import org.elanus.core.query.filter.Predicate.AnyOf;
import org.elanus.core.query.filter.Predicate.ArrayIs;
import org.elanus.core.query.filter.Predicate.BooleanComparison;
import org.elanus.core.query.filter.Predicate.BooleanIs;
import org.elanus.core.query.filter.Predicate.Contains;
import org.elanus.core.query.filter.Predicate.ContainsNested;
import org.elanus.core.query.filter.Predicate.DynamicComparison;
import org.elanus.core.query.filter.Predicate.DynamicCondition;
import org.elanus.core.query.filter.Predicate.DynamicIn;
import org.elanus.core.query.filter.Predicate.DynamicLike;
import org.elanus.core.query.filter.Predicate.FloatingRange;
import org.elanus.core.query.filter.Predicate.IntegerRange;
import org.elanus.core.query.filter.Predicate.IsMissing;
import org.elanus.core.query.filter.Predicate.IsNull;
import org.elanus.core.query.filter.Predicate.Not;
import org.elanus.core.query.filter.Predicate.NumberComparison;
import org.elanus.core.query.filter.Predicate.NumberIn;
import org.elanus.core.query.filter.Predicate.TextComparison;
import org.elanus.core.query.filter.Predicate.TextIn;
import org.elanus.core.query.filter.Predicate.TextLike;
import org.elanus.core.query.filter.Predicate.TextRelation;
import org.elanus.core.segment.RowChunk;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;

/** Binds predicates to the columns of a chunk. */
final class Binder {

    private final RowChunk chunk;
    private final NumberSource.Scratch scratch = new NumberSource.Scratch();

    Binder(RowChunk chunk) {
        this.chunk = chunk;
    }

    /** A kernel for a whole filter: only what it finds true counts. */
    Kernel bind(Predicate predicate) {
        return bind(predicate, true);
    }

    /** @param truthOnly nobody above tells unknown from false, which only {@code not} does */
    Kernel bind(Predicate predicate, boolean truthOnly) {
        return switch (predicate) {
            case Always always -> new BooleanKernels.Always(always.value());
            case AllOf all -> new BooleanKernels.AllOf(bind(all.conditions(), truthOnly), truthOnly);
            case AnyOf any -> new BooleanKernels.AnyOf(bind(any.conditions(), truthOnly));
            case Not not -> new BooleanKernels.Not(bind(not.condition(), false));
            case IntegerRange range -> FixedKernels.integerRange(fixed(range.field()), range.low(), range.high());
            case FloatingRange range -> new FixedKernels.FloatingRange(fixed(range.field()), range.low(), range.high());
            case BooleanIs is -> new FixedKernels.BooleanIs(fixed(is.field()), is.value());
            case NumberIn in ->
                in.values().size() == 0
                        ? new FixedKernels.NoneOf(fixed(in.field()))
                        : new FixedKernels.NumberIn(fixed(in.field()), in.values());
            case BooleanComparison both ->
                new FixedKernels.BooleanComparison(
                        both.relation() == Relation.EQUAL, fixed(both.left()), fixed(both.right()));
            case IsNull is -> new FixedKernels.IsNull(chunk.column(is.field().name()));
            case NumberComparison both -> {
                scratch.reset();
                yield new NumberComparisonKernel(
                        both.relation(),
                        NumberSource.of(both.left(), chunk, scratch),
                        NumberSource.of(both.right(), chunk, scratch));
            }
            case TextRelation text ->
                new TextKernels.TextRelation(variable(text.field()), text.relation(), text.value());
            case TextLike like -> new TextKernels.TextLike(variable(like.field()), like.pattern());
            case TextIn in -> new TextKernels.TextIn(variable(in.field()), in.values());
            case TextComparison both ->
                new TextKernels.TextComparison(both.relation(), variable(both.left()), variable(both.right()));
            case DynamicComparison both ->
                new DynamicKernels.Comparison(
                        both.relation(), DynamicSource.of(both.left(), chunk), DynamicSource.of(both.right(), chunk));
            case DynamicIn in -> new DynamicKernels.In(DynamicSource.of(in.value(), chunk), in.values());
            case DynamicLike like -> new DynamicKernels.Like(DynamicSource.of(like.value(), chunk), like.pattern());
            case DynamicCondition is -> new DynamicKernels.Condition(DynamicSource.of(is.value(), chunk));
            case IsMissing is -> new DynamicKernels.IsMissing(DynamicSource.of(is.value(), chunk));
            case ArrayIs is -> new Nested.Equals(Nested.of(is.array(), chunk), is.wanted());
            case ContainsNested contains ->
                new Nested.Contains(Nested.of(contains.array(), chunk), contains.wanted());
            case Contains contains ->
                new DynamicKernels.Contains(ElementSource.of(contains.array(), chunk), contains.wanted());
        };
    }

    private List<Kernel> bind(List<Predicate> conditions, boolean truthOnly) {
        List<Kernel> kernels = new ArrayList<>(conditions.size());
        for (Predicate condition : conditions) {
            kernels.add(bind(condition, truthOnly));
        }
        return kernels;
    }

    private FixedColumn fixed(FieldSchema field) {
        return (FixedColumn) chunk.column(field.name());
    }

    private VariableColumn variable(FieldSchema field) {
        return (VariableColumn) chunk.column(field.name());
    }
}
