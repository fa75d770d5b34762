/**
 * An evaluator of filters over rows of plain Java values, written from {@code docs/filter.md}: one row at a time, by
 * recursion over a tree that also prints itself as filter text. Shares nothing with the code under test.
 */
@org.jspecify.annotations.NullMarked
package org.elanus.core.query.naive;
