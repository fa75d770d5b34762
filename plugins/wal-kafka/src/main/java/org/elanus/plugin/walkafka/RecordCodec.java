package org.elanus.plugin.walkafka;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalRecord;

/**
 * A record in Kafka: the key is the writer's term (8 bytes, big endian), the value is the payload, the headers are the
 * properties in UTF-8. A record without a value is no entry of the log: a writer announces its term with it when it
 * opens the channel. An id is the offset (8 bytes, big endian); offsets of consecutive records are not consecutive,
 * because announcements and Kafka's own markers take some.
 */
final class RecordCodec {

    static final int PARTITION = 0;

    /** Of a record that none of ours wrote. */
    static final long NO_TERM = -1;

    private RecordCodec() {}

    static ProducerRecord<byte[], byte[]> encode(String topic, byte[] key, WalRecord record) {
        byte[] value = value(record.payload(), (int) record.byteSize());
        if (record.properties().isEmpty()) {
            return new ProducerRecord<>(topic, PARTITION, key, value);
        }
        List<Header> headers = record.properties().entrySet().stream()
                .<Header>map(property ->
                        new RecordHeader(property.getKey(), property.getValue().getBytes(StandardCharsets.UTF_8)))
                .toList();
        return new ProducerRecord<>(topic, PARTITION, key, value, headers);
    }

    /** One array: the caller's own when the payload is a whole one, since the producer copies it before it returns. */
    private static byte[] value(List<MemorySegment> pieces, int length) {
        if (pieces.size() == 1
                && pieces.getFirst().heapBase().orElse(null) instanceof byte[] whole
                && whole.length == length) {
            return whole;
        }
        byte[] value = new byte[length];
        int at = 0;
        for (MemorySegment piece : pieces) {
            int size = (int) piece.byteSize();
            MemorySegment.copy(piece, ValueLayout.JAVA_BYTE, 0, value, at, size);
            at += size;
        }
        return value;
    }

    static ProducerRecord<byte[], byte[]> announcement(String topic, byte[] key) {
        return new ProducerRecord<>(topic, PARTITION, key, null);
    }

    static boolean isEntry(ConsumerRecord<byte[], byte[]> record) {
        return record.value() != null;
    }

    static WalEntry decode(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> properties = Map.of();
        Header[] headers = record.headers().toArray();
        if (headers.length > 0) {
            properties = new HashMap<>();
            for (Header header : headers) {
                properties.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
            }
        }
        return new WalEntry(id(record.offset()), MemorySegment.ofArray(record.value()), properties);
    }

    static byte[] key(long term) {
        return ByteBuffer.allocate(Long.BYTES).putLong(term).array();
    }

    /** The term of whoever wrote the record. */
    static long term(ConsumerRecord<byte[], byte[]> record) {
        byte[] key = record.key();
        return key != null && key.length == Long.BYTES ? ByteBuffer.wrap(key).getLong() : NO_TERM;
    }

    static MessageId id(long offset) {
        return new MessageId(
                KafkaWalOpenerBuilder.NAME,
                ByteBuffer.allocate(Long.BYTES).putLong(offset).array());
    }

    static long offset(MessageId id) {
        if (id.walName().equals(KafkaWalOpenerBuilder.NAME)) {
            byte[] bytes = id.bytes();
            if (bytes.length == Long.BYTES) {
                return ByteBuffer.wrap(bytes).getLong();
            }
        }
        throw ElanusException.invalid("%s is not a position in a log of the kind 'kafka'", id);
    }
}
