package org.elanus.dist;

import java.util.List;
import java.util.Random;

/** What random requests are made of: names that mean something here, and values that others got wrong. */
final class Dictionary {

    static final List<String> COLLECTIONS = List.of("c0", "c1", "c2", "c3");

    private static final List<String> FIELDS =
            List.of("id", "vector", "bits", "other", "word", "tags", "meta", "owner", "year", "aInt8", "$meta", "*");

    private static final List<String> FILTERS = List.of(
            "",
            "id >= 0",
            "id in [1, 2, 3]",
            "id in ['w1', 'w2']",
            "id == 5 or year == 2020",
            "word like \"w1%\"",
            "word is null or tags[0] == 3",
            "array_contains(tags, 5)",
            "array_length(tags) > 1",
            "json_contains(meta['a'], 1)",
            "meta['a']['b'] > 3 and not (meta['c'] == 'x')",
            "exists meta['a']",
            "color == 'red' or $meta['size'] < 10",
            "aInt8 % 2 == 1 and aDouble ** 2 > 0.5",
            "1 < owner <= 400",
            "owner in {list}",
            "id > {min} and word == {text}",
            "year / 0 == 1",
            "aInt32 + 9223372036854775807 > 1",
            "id = 1",
            "id == ",
            "((id > 1)",
            "not id > 1",
            "text_match(word, 'x')",
            "random_sample(0.5)",
            "id in []",
            "true",
            "'a' < 'b'",
            "word like \"%_%_%_%_%_%_%\"",
            "nothing['x'] == 1");

    private static final List<String> WORDS = List.of(
            "",
            "c0",
            "c1",
            "c2",
            "c3",
            "p0",
            "p1",
            "_default",
            "a0",
            "a1",
            "default",
            "d0",
            "id",
            "vector",
            "FLAT",
            "HNSW",
            "AUTOINDEX",
            "IVF_FLAT",
            "INVERTED",
            "L2",
            "IP",
            "COSINE",
            "HAMMING",
            "JACCARD",
            "0",
            "1",
            "-1",
            "10",
            "16384",
            "2147483648",
            "9223372036854775807",
            "-9223372036854775809",
            "1e308",
            "NaN",
            "null",
            "true",
            "{}",
            "[]",
            "{\"nprobe\": 10, \"ef\": 64}",
            "{\"radius\": 0.1, \"range_filter\": 0.9}",
            "{\"radius\": \"x\"}",
            "{\"M\": 8, \"efConstruction\": 32}",
            "{\"weights\": [0.5, 0.5]}",
            "{\"k\": 60}",
            "{\"a\":",
            "count(*)",
            "rrf",
            "weighted",
            "Bounded",
            "00:00",
            "\u0000",
            "\ud83d\ude00",
            "a b",
            "../../etc/passwd",
            "%s%n",
            "' or 1=1 --");

    private static final List<String> KEYS = List.of(
            "index_type",
            "metric_type",
            "params",
            "dim",
            "max_length",
            "max_capacity",
            "anns_field",
            "topk",
            "limit",
            "offset",
            "nprobe",
            "ef",
            "M",
            "efConstruction",
            "nlist",
            "radius",
            "range_filter",
            "round_decimal",
            "group_by_field",
            "group_size",
            "strict_group_size",
            "json_path",
            "json_type",
            "order_by_fields",
            "iterator",
            "search_iter_v2",
            "search_iter_batch_size",
            "search_iter_last_bound",
            "search_iter_id",
            "collection_id",
            "reduce_stop_for_best",
            "ignore_growing",
            "strategy",
            "collection.ttl.seconds",
            "mmap.enabled",
            "timezone",
            "partitionkey.isolation",
            "dynamicfield.enabled",
            "allow_insert_auto_id",
            "hints",
            "nonsense");

    private Dictionary() {}

    static String collection(Random random) {
        return pick(COLLECTIONS, random);
    }

    static String filter(Random random) {
        String filter = pick(FILTERS, random);
        return switch (random.nextInt(24)) {
            case 0 -> "(".repeat(random.nextInt(2000)) + filter;
            case 1 -> "not ".repeat(random.nextInt(300)) + "(" + filter + ")";
            case 2 -> filter + " and (" + pick(FILTERS, random) + ") or (" + pick(FILTERS, random) + ")";
            case 3 -> "id in [" + "1,".repeat(random.nextInt(5000)) + "]";
            case 4 -> broken(filter, random);
            case 5 -> junk(random);
            default -> filter;
        };
    }

    private static String broken(String text, Random random) {
        if (text.isEmpty()) {
            return "\\";
        }
        int at = random.nextInt(text.length());
        return switch (random.nextInt(3)) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(0, at) + (char) random.nextInt(0x300) + text.substring(at);
            default -> text.substring(0, at) + text.substring(Math.min(text.length(), at + 1 + random.nextInt(4)));
        };
    }

    /** @param field the name of the field that takes the text */
    static String text(String field, Random random) {
        if (random.nextInt(12) == 0) {
            return junk(random);
        }
        return switch (field) {
            case "collection_name", "collectionName", "collection_names", "oldName", "newName" ->
                random.nextInt(8) == 0 ? pick(WORDS, random) : collection(random);
            case "db_name", "dbName", "newDBName", "database" -> random.nextInt(5) == 0 ? pick(WORDS, random) : "";
            case "partition_name", "partition_names", "partitionName" ->
                random.nextInt(3) == 0 ? pick(WORDS, random) : random.nextBoolean() ? "" : "_default";
            case "alias" -> "a" + random.nextInt(2);
            case "field_name", "output_fields", "load_fields", "anns_field" -> pick(FIELDS, random);
            case "expr", "dsl", "filter" -> filter(random);
            case "key" -> random.nextInt(6) == 0 ? pick(WORDS, random) : pick(KEYS, random);
            default -> random.nextBoolean() ? pick(WORDS, random) : pick(FIELDS, random);
        };
    }

    static String json(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> "{}";
            case 1 -> "{\"a\": [1, 2, \"x\"], \"c\": \"x\"}";
            case 2 -> "{\"color\": \"red\", \"size\": " + random.nextInt() + "}";
            case 3 -> "{\"a\": {\"b\": " + random.nextDouble() + "}}";
            default -> "{\"size\": " + random.nextInt(50) + ", \"a\": null}";
        };
    }

    private static String junk(Random random) {
        int length = switch (random.nextInt(12)) {
            case 0 -> random.nextInt(70_000);
            case 1 -> random.nextInt(300);
            default -> random.nextInt(12);
        };
        StringBuilder text = new StringBuilder();
        boolean plain = random.nextBoolean();
        for (int i = 0; i < length; i++) {
            text.append((char) (plain ? 32 + random.nextInt(95) : random.nextInt(0xd800)));
        }
        return text.toString();
    }

    static long number(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> Long.MAX_VALUE;
            case 1 -> Long.MIN_VALUE;
            case 2 -> Integer.MAX_VALUE + (long) random.nextInt(3);
            case 3 -> Integer.MIN_VALUE - (long) random.nextInt(3);
            case 4 -> random.nextLong();
            case 5 -> -random.nextInt(100);
            default -> random.nextInt(20);
        };
    }

    static double real(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> Double.NaN;
            case 1 -> Double.POSITIVE_INFINITY;
            case 2 -> -Double.MAX_VALUE;
            case 3 -> Double.MIN_VALUE;
            case 4 -> -0.0;
            default -> random.nextGaussian();
        };
    }

    static <T> T pick(List<T> values, Random random) {
        return values.get(random.nextInt(values.size()));
    }
}
