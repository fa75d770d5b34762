package org.elanus.core.log;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.elanus.spi.error.ElanusException;

/**
 * Marks a record as a part of a client's request, so that the request takes effect once however often it is repeated.
 *
 * @param key given by the client; 1 to {@value #LONGEST_KEY} bytes of UTF-8
 * @param part of the request that this record is; the same one in a repetition
 * @param fingerprint of what the request asks for
 * @param firstId of those that the server gave to the request's rows, in a row; 0 when it gave none
 * @param records of the request; 0 when a repetition can tell by itself
 * @param rows that this record writes or hides
 */
public record RequestMark(String key, long part, long fingerprint, long firstId, int records, int rows) {

    public static final int LONGEST_KEY = 1024;

    public RequestMark {
        int length = key.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > LONGEST_KEY) {
            throw ElanusException.invalid("a request key has 1 to %d bytes of UTF-8, not %d", LONGEST_KEY, length);
        }
    }

    /**
     * What tells two requests with one key apart.
     *
     * @param kind of the request
     * @param content the rows or keys as the client gave them
     * @param words whatever else the request says
     */
    public static long fingerprint(String kind, DataRecord content, String... words) {
        MessageDigest digest = digest();
        digest.update(kind.getBytes(StandardCharsets.UTF_8));
        for (String word : words) {
            digest.update((byte) 0);
            digest.update(word.getBytes(StandardCharsets.UTF_8));
        }
        for (MemorySegment piece : DataRecordCodec.encode(content)) {
            digest.update(piece.asByteBuffer());
        }
        return ByteBuffer.wrap(digest.digest()).getLong();
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
