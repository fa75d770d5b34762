package org.elanus.core.log;

/**
 * A record of a request that is in the log already.
 *
 * @param part as in {@link RequestMark#part()}
 * @param fingerprint as in {@link RequestMark#fingerprint()}
 * @param firstId as in {@link RequestMark#firstId()}
 * @param records as in {@link RequestMark#records()}
 * @param rows as in {@link RequestMark#rows()}
 * @param sequence where it stands in the channel
 * @param timestamp hybrid, of that record
 */
public record RememberedRecord(
        long part, long fingerprint, long firstId, int records, int rows, long sequence, long timestamp) {}
