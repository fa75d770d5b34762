package org.elanus.core.index;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.elanus.spi.database.FixedColumn;

/**
 * The widest vectors of the machine, four rows at once so that loads of the query are shared and sums do not wait for
 * each other. What is left behind the last whole vector is read by one that overlaps it, under a mask; a dimension
 * below one vector is left to plain loops.
 */
final class VectorFloatKernels implements FloatKernels {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    @Override
    public void squaredDistances(
            MemorySegment vectors, long base, long stride, int[] rows, int count, float[] query, float[] out) {
        int r = 0;
        for (; r + 4 <= count; r += 4) {
            squaredDistances4(
                    vectors,
                    base + rows[r] * stride,
                    base + rows[r + 1] * stride,
                    base + rows[r + 2] * stride,
                    base + rows[r + 3] * stride,
                    query,
                    out,
                    r);
        }
        for (; r < count; r++) {
            out[r] = squaredDistance(vectors, base + rows[r] * stride, query);
        }
    }

    @Override
    public void products(
            MemorySegment vectors, long base, long stride, int[] rows, int count, float[] query, float[] out) {
        int r = 0;
        for (; r + 4 <= count; r += 4) {
            products4(
                    vectors,
                    base + rows[r] * stride,
                    base + rows[r + 1] * stride,
                    base + rows[r + 2] * stride,
                    base + rows[r + 3] * stride,
                    query,
                    out,
                    r);
        }
        for (; r < count; r++) {
            out[r] = product(vectors, base + rows[r] * stride, query);
        }
    }

    @Override
    public void productsAndNorms(
            MemorySegment vectors,
            long base,
            long stride,
            int[] rows,
            int count,
            float[] query,
            float[] out,
            float[] norms) {
        int r = 0;
        for (; r + 2 <= count; r += 2) {
            productsAndNorms2(vectors, base + rows[r] * stride, base + rows[r + 1] * stride, query, out, norms, r);
        }
        for (; r < count; r++) {
            long at = base + rows[r] * stride;
            out[r] = product(vectors, at, query);
            norms[r] = norm(vectors, at, query.length);
        }
    }

    private static FloatVector load(MemorySegment vectors, long at, int i) {
        return FloatVector.fromMemorySegment(SPECIES, vectors, at + 4L * i, ORDER);
    }

    /** The lanes of the last, overlapping vector that were not summed before. */
    private static VectorMask<Float> tail(int dimension) {
        return SPECIES.indexInRange(0, LANES - (dimension & (LANES - 1))).not();
    }

    private static void squaredDistances4(
            MemorySegment vectors, long a, long b, long c, long d, float[] query, float[] out, int r) {
        int dimension = query.length;
        FloatVector sa = FloatVector.zero(SPECIES);
        FloatVector sb = sa;
        FloatVector sc = sa;
        FloatVector sd = sa;
        int i = 0;
        for (; i + LANES <= dimension; i += LANES) {
            FloatVector q = FloatVector.fromArray(SPECIES, query, i);
            FloatVector da = load(vectors, a, i).sub(q);
            FloatVector db = load(vectors, b, i).sub(q);
            FloatVector dc = load(vectors, c, i).sub(q);
            FloatVector dd = load(vectors, d, i).sub(q);
            sa = da.fma(da, sa);
            sb = db.fma(db, sb);
            sc = dc.fma(dc, sc);
            sd = dd.fma(dd, sd);
        }
        if (i < dimension && dimension >= LANES) {
            VectorMask<Float> mask = tail(dimension);
            i = dimension - LANES;
            FloatVector q = FloatVector.fromArray(SPECIES, query, i);
            FloatVector da = load(vectors, a, i).sub(q);
            FloatVector db = load(vectors, b, i).sub(q);
            FloatVector dc = load(vectors, c, i).sub(q);
            FloatVector dd = load(vectors, d, i).sub(q);
            sa = sa.add(da.mul(da), mask);
            sb = sb.add(db.mul(db), mask);
            sc = sc.add(dc.mul(dc), mask);
            sd = sd.add(dd.mul(dd), mask);
            i = dimension;
        }
        float ta = sa.reduceLanes(VectorOperators.ADD);
        float tb = sb.reduceLanes(VectorOperators.ADD);
        float tc = sc.reduceLanes(VectorOperators.ADD);
        float td = sd.reduceLanes(VectorOperators.ADD);
        for (; i < dimension; i++) {
            float q = query[i];
            float da = vectors.get(FixedColumn.FLOAT, a + 4L * i) - q;
            float db = vectors.get(FixedColumn.FLOAT, b + 4L * i) - q;
            float dc = vectors.get(FixedColumn.FLOAT, c + 4L * i) - q;
            float dd = vectors.get(FixedColumn.FLOAT, d + 4L * i) - q;
            ta += da * da;
            tb += db * db;
            tc += dc * dc;
            td += dd * dd;
        }
        out[r] = ta;
        out[r + 1] = tb;
        out[r + 2] = tc;
        out[r + 3] = td;
    }

    private static float squaredDistance(MemorySegment vectors, long at, float[] query) {
        int dimension = query.length;
        FloatVector sum = FloatVector.zero(SPECIES);
        int i = 0;
        for (; i + LANES <= dimension; i += LANES) {
            FloatVector difference = load(vectors, at, i).sub(FloatVector.fromArray(SPECIES, query, i));
            sum = difference.fma(difference, sum);
        }
        if (i < dimension && dimension >= LANES) {
            i = dimension - LANES;
            FloatVector difference = load(vectors, at, i).sub(FloatVector.fromArray(SPECIES, query, i));
            sum = sum.add(difference.mul(difference), tail(dimension));
            i = dimension;
        }
        float total = sum.reduceLanes(VectorOperators.ADD);
        for (; i < dimension; i++) {
            float difference = vectors.get(FixedColumn.FLOAT, at + 4L * i) - query[i];
            total += difference * difference;
        }
        return total;
    }

    private static void products4(
            MemorySegment vectors, long a, long b, long c, long d, float[] query, float[] out, int r) {
        int dimension = query.length;
        FloatVector sa = FloatVector.zero(SPECIES);
        FloatVector sb = sa;
        FloatVector sc = sa;
        FloatVector sd = sa;
        int i = 0;
        for (; i + LANES <= dimension; i += LANES) {
            FloatVector q = FloatVector.fromArray(SPECIES, query, i);
            sa = load(vectors, a, i).fma(q, sa);
            sb = load(vectors, b, i).fma(q, sb);
            sc = load(vectors, c, i).fma(q, sc);
            sd = load(vectors, d, i).fma(q, sd);
        }
        if (i < dimension && dimension >= LANES) {
            VectorMask<Float> mask = tail(dimension);
            i = dimension - LANES;
            FloatVector q = FloatVector.fromArray(SPECIES, query, i);
            sa = sa.add(load(vectors, a, i).mul(q), mask);
            sb = sb.add(load(vectors, b, i).mul(q), mask);
            sc = sc.add(load(vectors, c, i).mul(q), mask);
            sd = sd.add(load(vectors, d, i).mul(q), mask);
            i = dimension;
        }
        float ta = sa.reduceLanes(VectorOperators.ADD);
        float tb = sb.reduceLanes(VectorOperators.ADD);
        float tc = sc.reduceLanes(VectorOperators.ADD);
        float td = sd.reduceLanes(VectorOperators.ADD);
        for (; i < dimension; i++) {
            float q = query[i];
            ta += vectors.get(FixedColumn.FLOAT, a + 4L * i) * q;
            tb += vectors.get(FixedColumn.FLOAT, b + 4L * i) * q;
            tc += vectors.get(FixedColumn.FLOAT, c + 4L * i) * q;
            td += vectors.get(FixedColumn.FLOAT, d + 4L * i) * q;
        }
        out[r] = ta;
        out[r + 1] = tb;
        out[r + 2] = tc;
        out[r + 3] = td;
    }

    private static float product(MemorySegment vectors, long at, float[] query) {
        int dimension = query.length;
        FloatVector sum = FloatVector.zero(SPECIES);
        int i = 0;
        for (; i + LANES <= dimension; i += LANES) {
            sum = load(vectors, at, i).fma(FloatVector.fromArray(SPECIES, query, i), sum);
        }
        if (i < dimension && dimension >= LANES) {
            i = dimension - LANES;
            sum = sum.add(load(vectors, at, i).mul(FloatVector.fromArray(SPECIES, query, i)), tail(dimension));
            i = dimension;
        }
        float total = sum.reduceLanes(VectorOperators.ADD);
        for (; i < dimension; i++) {
            total += vectors.get(FixedColumn.FLOAT, at + 4L * i) * query[i];
        }
        return total;
    }

    private static float norm(MemorySegment vectors, long at, int dimension) {
        FloatVector sum = FloatVector.zero(SPECIES);
        int i = 0;
        for (; i + LANES <= dimension; i += LANES) {
            FloatVector v = load(vectors, at, i);
            sum = v.fma(v, sum);
        }
        if (i < dimension && dimension >= LANES) {
            FloatVector v = load(vectors, at, dimension - LANES);
            sum = sum.add(v.mul(v), tail(dimension));
            i = dimension;
        }
        float total = sum.reduceLanes(VectorOperators.ADD);
        for (; i < dimension; i++) {
            float v = vectors.get(FixedColumn.FLOAT, at + 4L * i);
            total += v * v;
        }
        return total;
    }

    private static void productsAndNorms2(
            MemorySegment vectors, long a, long b, float[] query, float[] out, float[] norms, int r) {
        int dimension = query.length;
        FloatVector sa = FloatVector.zero(SPECIES);
        FloatVector sb = sa;
        FloatVector na = sa;
        FloatVector nb = sa;
        int i = 0;
        for (; i + LANES <= dimension; i += LANES) {
            FloatVector q = FloatVector.fromArray(SPECIES, query, i);
            FloatVector va = load(vectors, a, i);
            FloatVector vb = load(vectors, b, i);
            sa = va.fma(q, sa);
            sb = vb.fma(q, sb);
            na = va.fma(va, na);
            nb = vb.fma(vb, nb);
        }
        if (i < dimension && dimension >= LANES) {
            VectorMask<Float> mask = tail(dimension);
            i = dimension - LANES;
            FloatVector q = FloatVector.fromArray(SPECIES, query, i);
            FloatVector va = load(vectors, a, i);
            FloatVector vb = load(vectors, b, i);
            sa = sa.add(va.mul(q), mask);
            sb = sb.add(vb.mul(q), mask);
            na = na.add(va.mul(va), mask);
            nb = nb.add(vb.mul(vb), mask);
            i = dimension;
        }
        float ta = sa.reduceLanes(VectorOperators.ADD);
        float tb = sb.reduceLanes(VectorOperators.ADD);
        float ua = na.reduceLanes(VectorOperators.ADD);
        float ub = nb.reduceLanes(VectorOperators.ADD);
        for (; i < dimension; i++) {
            float q = query[i];
            float va = vectors.get(FixedColumn.FLOAT, a + 4L * i);
            float vb = vectors.get(FixedColumn.FLOAT, b + 4L * i);
            ta += va * q;
            tb += vb * q;
            ua += va * va;
            ub += vb * vb;
        }
        out[r] = ta;
        out[r + 1] = tb;
        norms[r] = ua;
        norms[r + 1] = ub;
    }
}
