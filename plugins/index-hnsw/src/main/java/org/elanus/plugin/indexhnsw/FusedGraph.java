package org.elanus.plugin.indexhnsw;

/**
 * The fused records of an open index.
 *
 * @param shape of a record
 * @param records address of the record of row 0
 * @param centre address of the rotated centre of the rows
 * @param radius as {@link WalkSpace} has it
 * @param start the row that walks begin with
 */
record FusedGraph(RecordShape shape, long records, long centre, float radius, int start) {

    long record(int row) {
        return records + shape.bytes() * row;
    }
}
