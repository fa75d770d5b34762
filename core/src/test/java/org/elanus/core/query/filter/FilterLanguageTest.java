package org.elanus.core.query.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.elanus.core.query.TestRows;
import org.elanus.core.query.naive.Data;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FilterLanguageTest {

    private static final CollectionSchema SCHEMA = new CollectionSchema(
            "",
            List.of(
                    FieldSchema.primaryKey("id", DataType.INT64, false),
                    FieldSchema.of("a", DataType.INT32).withNullable(true),
                    FieldSchema.of("tiny", DataType.INT8),
                    FieldSchema.of("score", DataType.FLOAT),
                    FieldSchema.of("exact", DataType.DOUBLE),
                    FieldSchema.of("flag", DataType.BOOL),
                    FieldSchema.varchar("name", 100),
                    FieldSchema.of("meta", DataType.JSON),
                    FieldSchema.vector("v", DataType.FLOAT_VECTOR, 2),
                    Data.array("tags", DataType.VARCHAR),
                    Data.dynamic()),
            true);

    private static final CollectionSchema FIXED = new CollectionSchema(
            "",
            List.of(
                    FieldSchema.primaryKey("key", DataType.VARCHAR, false),
                    FieldSchema.vector("v", DataType.FLOAT_VECTOR, 2)),
            false);

    /** One row: a = 5, tiny = 7, score = 0.1, exact = 2.5, flag, name = "it's", meta, dynamic color and size. */
    private static final Map<String, Object> ROW = row();

    private static Map<String, Object> row() {
        Map<String, Object> row = new HashMap<>();
        row.put("id", (1L << 53) + 1);
        row.put("a", 5L);
        row.put("tiny", 7L);
        row.put("score", 0.1);
        row.put("exact", 2.5);
        row.put("flag", true);
        row.put("name", "it's\n100%");
        row.put(
                "meta",
                "{\"a\": {\"b\": [1, {\"c\": \"deep\"}]}, \"n\": null, \"é\": 1, \"ok\": true, \"t\": \"text\", \"m\": [[], [1, 2], [\"x\", null]]}");
        row.put("v", new float[] {1, 2});
        row.put("tags", List.of("x", "", "é"));
        row.put("$meta", "{\"color\": \"red\", \"size\": 9007199254740993, \"big\": 1e400}");
        return row;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // What binds how tightly.
                "a == 1 or a == 5 and tiny == 7",
                "a == 5 or a == 1 and tiny == 0",
                "not (a == 1) and a == 5",
                "not flag or a == 5",
                "not flag == false",
                "1 + 2 * 3 == 7",
                "(1 + 2) * 3 == 9",
                "2 ** 3 ** 2 == 64",
                "-2 ** 2 == -4",
                "2 ** -1 == 0.5",
                "2 * 3 ** 2 == 18",
                "10 - 3 - 2 == 5",
                "100 / 10 / 2 == 5",
                "7 % 4 * 2 == 6",
                "-7 / 2 == -3",
                "-7 % 3 == -1",
                "- - 5 == a",
                "a + 1 == 6",
                "a * 2 + 1 == 11 && a - 6 == -1",
                "1 + a in [6] == true or true",
                "1 < a <= 5",
                "5 >= a > 1",
                "4 < a + 0 < 6",
                "a < tiny",
                "a + 2 == tiny",
                "not name like \"x%\"",
                "!(a in [1, 2])",
                // Literals.
                "a == 0x5 and a == 05 and a == 0b101 and a == 5.0 and a == 0x1.4p2",
                "a < 9223372036854775807 and a > -9223372036854775808",
                "tiny < 1000 and tiny > -1000 and tiny != 263",
                "exact == 2.5 and exact == 25e-1 and exact == .25E1 and exact > 2.",
                "score == 0.1",
                "flag == true and flag == True and flag == TRUE and flag != False",
                "name == 'it\\'s\\n100%'",
                "name == \"it's\\x0a100\\u0025\"",
                "name == 'it\\'s\\012100%'",
                "name like 'it%100\\%'",
                "name like 'it%100\\\\%'",
                "name not like '%_x%'",
                "a in [1, 5, 9,]",
                "a not in []",
                "a not in [-5, +4]",
                "not (a in [])",
                // Exact numbers.
                "id == 9007199254740993",
                "id != 9007199254740992",
                "id != 9007199254740992.0",
                "id > 9007199254740992.0",
                "id + 0 > 9007199254740992.0",
                "size == 9007199254740993",
                "size != 9007199254740992",
                "size == id",
                "big > 9223372036854775807",
                // JSON and dynamic keys.
                "meta[\"a\"][\"b\"][0] == 1",
                "meta['a']['b'][1]['c'] == 'deep'",
                "meta[\"a\"][\"b\"][1][\"c\"] like 'd%p'",
                "meta[\"\\u00e9\"] == 1",
                "meta['ok']",
                "meta['ok'] and not (meta['ok'] == false)",
                "meta['a'] != 1",
                "not (meta['a'] < 1)",
                "not (meta['n'] == 1)",
                "meta['none'] != 1",
                "meta['none'] not in [1]",
                "not (meta['none'] in [1])",
                "not (meta['none'] < 1)",
                "not (meta['none'] like '%')",
                "not json_contains(meta['none'], 1)",
                "meta['none'] + 1 != 1",
                "not meta['n']",
                "absent == 1 or not (absent == 1)",
                "meta['t'] != 1 and not (meta['t'] == 1)",
                "meta['n'] is null and meta['none'] is null and meta['t'] is not null",
                "exists meta['t'] and not exists meta['n'] and exists (color)",
                "color == 'red' and $meta['color'] == 'red'",
                "color in ['red', 1, true]",
                "color < 'reds' and 'rec' < color",
                "1 <= meta['a']['b'][0] < 2",
                "meta['a']['b'][0] + 1 == 2",
                "a is not null and name IS NOT NULL",
                "array_contains(tags, 'é') and not array_contains(tags, 'y') and tags[2] == 'é' and tags is not null",
                "ARRAY_CONTAINS_ALL(tags, ['x', '', 'x']) and array_contains_any(tags, ['q', 'x']) and tags[0] like '_'",
                "array_length(tags) == 3 and array_length(meta['a']['b']) + 1 == 3 and tags[1] in ['', 'z']",
                "json_contains(meta['a']['b'], 1) and json_contains_all(meta['a']['b'], [1, 1.0]) and not json_contains(meta, 1)",
                "tags[3] is null and not (json_contains_any(tags, []))",
                "json_contains(meta['m'], [1, 2.0]) and not json_contains(meta['m'], [1]) and not json_contains(meta, [])",
                "json_contains_any(meta['m'], [5, [1, 2]]) and json_contains_all(meta['m'], [[], [1, 2]])",
                "meta['m'][1] == [1, 2] and meta['m'] != [1, 2] and meta != [] and meta['no'] is null",
                "tags == ['x', '', 'é'] and tags != ['x', ''] and [] != tags",
                "STARTS_WITH(name, \"it's\") and not starts_with(name, 'it%') and starts_with(color, 're')",
                "not empty(name) and not EMPTY(color) and starts_with(meta['t'], '')",
                "array_length(tags) * 2 - 1 == 5 and array_length(meta['m']) + 1 > 3",
                "a\n==\t5 \r\n AND NOT (a != 5) OR FALSE",
            })
    void holdsForTheRow(String text) {
        if (text.contains("== true or true")) {
            assertThatThrownBy(() -> passes(text)).hasMessageContaining("'in'");
            return;
        }
        if (text.equals("not flag == false")) {
            assertThatThrownBy(() -> passes(text)).hasMessageContaining("bind tighter");
            return;
        }
        assertThat(passes(text)).as(text).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "meta['n'] == 1",
                "meta['a'] == 1",
                "meta['a']['b'][7] == 1",
                "meta['t'][0] == 't'",
                "meta['a']['b']['x'] == 1",
                "meta['a'] > 1",
                "not meta['t']",
                "absent like '%'",
                "tiny > 1000",
                "a == 5.5",
                "exact == 9007199254740993",
                "false",
                "1 == 2",
                "'b' < 'a'",
                "a in []",
                "a / tiny == 1",
                "meta['t'] + 1 == 1",
                "meta['ok'] == 1",
                "name < 'I'",
                "a == 2147483653",
            })
    void doesNotHoldForTheRow(String text) {
        assertThat(passes(text)).as(text).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a == | line 1:4 unexpected end, expected a field, a constant or '('",
                "a == 1 and | line 1:10 unexpected end",
                "a = 1 | line 1:2 unexpected '='; use '==' to compare",
                "a == 1) | line 1:6 unexpected ')', expected an operator or the end",
                "(a == 1 | line 1:7 unexpected end, expected an operator or ')'",
                "a in [1, 2 | unexpected end, expected a constant, ',' or ']'",
                "a in [1 2] | line 1:8 unexpected '2' in a list",
                "a in [1,,2] | line 1:8 unexpected ','",
                "a in 5 | line 1:5 unexpected '5', expected '[' or '{'",
                "a in ['x'] | field 'a' of type INT32 cannot be in a list with the string 'x'",
                "1 in [1] | left of 'in' must stand a field",
                "a + 1 in [1] | left of 'in' must stand a field",
                "not a in [1] | cannot be negated; 'not' and '!' bind tighter",
                "not a > 1 | field 'a' of type INT32 cannot be negated; 'not' and '!' bind tighter",
                "not flag == true | a condition cannot be compared by '=='",
                "nam == 'x | line 1:7 the string that begins here has no end",
                "a == 12abc | line 1:5 '12abc' is neither a number nor a name",
                "a == 089 | '089' is not an octal number",
                "a & 1 == 1 | the operator '&' is not supported; use 'and'",
                "a << 1 == 1 | the operator '<<' is not supported",
                "a == 1 ; drop | line 1:7 the character ; has no meaning here",
                "And == 1 aNd a == 1 | unexpected 'aNd', expected an operator or the end",
                "a == 'x' | line 1:2 field 'a' of type INT32 cannot be compared by '==' with the string 'x'",
                "name > 5 | field 'name' of type VARCHAR cannot be compared by '>' with the integer 5",
                "flag > true | field 'flag' of type BOOL cannot be compared by '>'",
                "flag == 1 | field 'flag' of type BOOL cannot be compared by '==' with the integer 1",
                "a | field 'a' of type INT32 is not a condition",
                "1 | the integer 1 is not a condition",
                "a == 1 == 1 | a condition cannot be compared",
                "a < tiny < 5 > 1 | a range has two comparisons in one direction",
                "1 < a > 0 | a range has two comparisons in one direction",
                "a == [1] | a list cannot be compared by '=='; use 'in'",
                "a + 'x' == 1 | '+' needs numbers, not the string 'x'",
                "name * 2 == 1 | '*' needs numbers, not field 'name' of type VARCHAR",
                "a / 0 == 1 | line 1:2 division by zero",
                "a % 0 == 1 | division by zero",
                "1 / 0 == 1 | division by zero",
                "a / 0.0 == 1 | division by zero",
                "score % 2 == 1 | '%' needs integers",
                "a ** 2 == 1 | '**' needs constants on both sides",
                "a == 9223372036854775808 | the integer 9223372036854775808 does not fit into 64 bits",
                "a == 9223372036854775807 + 1 | does not fit into 64 bits",
                "a == 1e999 | too large for a double",
                "v == 1 | field 'v' is a vector and cannot stand in a filter",
                "v is null | field 'v' is a vector",
                "a['x'] == 1 | field 'a' of type INT32 has no parts",
                "a like '5' | 'like' needs a VARCHAR field or a JSON value, not field 'a'",
                "name like 5 | unexpected '5', expected '{' or a string",
                "a == {x} | no value was given for the template {x}; given are []",
                "exists a | 'exists' needs a JSON path",
                "(a) is null | 'is null' needs a field or a JSON path",
                "text_match(name, 'x') | the function text_match is not supported",
                "frobnicate(a) | the function frobnicate does not exist; there are json_contains,",
                "Json_Contains(meta, 1) | the function Json_Contains does not exist",
                "json_contains(meta) | the function json_contains takes 2 arguments, not 1",
                "json_contains(a, 1) | needs an ARRAY field or a JSON value first, not field 'a' of type INT32",
                "json_contains(meta, a) | needs a constant second, not field 'a'",
                "json_contains_all(meta, 1) | needs a list second, not the integer 1",
                "array_contains(tags, 1) | field 'tags' of type ARRAY cannot contain the integer 1",
                "json_contains(tags, ['x']) | field 'tags' of type ARRAY cannot contain a list",
                "tags == [1] | field 'tags' of type ARRAY cannot contain the integer 1",
                "meta < [1] | a list cannot be compared by '<'; use 'in'",
                "starts_with(a, 'x') | needs a VARCHAR field or a JSON value first, not field 'a'",
                "starts_with(name, 1) | needs a string second, not the integer 1",
                "empty(name, 1) | the function empty takes 1 arguments, not 2",
                "phrase_match(name, 'x') | the function phrase_match is not supported",
                "tags == 'x' | field 'tags' of type ARRAY cannot be compared",
                "tags[0] == 1 | an element of field 'tags' of type VARCHAR cannot be compared by '==' with the integer 1",
                "tags['x'] == 1 | an element of ARRAY field 'tags' is named by one position",
                "tags[0] + 1 == 1 | '+' needs numbers",
                "array_length(tags) == 'x' | the length of an array cannot be compared by '==' with the string 'x'",
                "array_length(tags) | the length of an array is not a condition",
                "name == '\\q' | the escape '\\q' in a string is unknown",
                "meta[1.5] == 1 | unexpected '1.5', expected an integer or a string",
                "a is 5 | unexpected '5', expected 'not' or 'null'",
                "$other == 1 | field '$other' does not exist",
            })
    void refusesAndSaysWhereAndWhy(String text, String message) {
        assertThatThrownBy(() -> CompiledFilter.compile(Filter.of(text), SCHEMA))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_ARGUMENT))
                .hasMessageStartingWith("cannot parse expression: " + text + ", error: ")
                .hasMessageContaining(message);
    }

    @Test
    void unknownFieldListsTheFieldsWhenNothingIsDynamic() {
        assertThatThrownBy(() -> CompiledFilter.compile(Filter.of("color == 1"), FIXED))
                .hasMessageContaining("field 'color' does not exist; fields are [key, v]");
    }

    @Test
    void messageShowsOnlyTheBeginningOfALongText() {
        assertThatThrownBy(() -> CompiledFilter.compile(Filter.of("a == 1 and ".repeat(5000)), SCHEMA))
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(500));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "not ", "!", "-", "(not ", "[", "a[", "f(", "-(", "a in [[", "(a == 1 and ("})
    void tenThousandLevelsAreRefusedOnASmallStack(String level) throws InterruptedException {
        List<Throwable> caught = new ArrayList<>();
        String text = level.repeat(10_000) + "a == 1" + ")".repeat(10_000);
        Thread small = new Thread(
                null,
                () -> {
                    try {
                        CompiledFilter.compile(Filter.of(text), SCHEMA);
                    } catch (Throwable e) {
                        caught.add(e);
                    }
                },
                "small stack",
                256 << 10);
        small.start();
        small.join();
        assertThat(caught)
                .singleElement()
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e).hasMessageContaining("error: line 1:"));
    }

    @Test
    void nestingUpToTheLimitWorksOnASmallStack() throws InterruptedException {
        String brackets = "(".repeat(150) + "a == 5" + ")".repeat(150);
        String negations = "not (".repeat(75) + "a == 1" + ")".repeat(75);
        String mixed = "(a == 5 and (flag or (a + (1 * ".repeat(37) + "1" + ") == 6)))".repeat(37);
        List<Throwable> caught = new ArrayList<>();
        Thread small = new Thread(
                null,
                () -> {
                    try {
                        assertThat(passes(brackets)).isTrue();
                        assertThat(passes(negations)).isTrue();
                        assertThatThrownBy(() -> passes(mixed)).isInstanceOf(ElanusException.class);
                    } catch (Throwable e) {
                        caught.add(e);
                    }
                },
                "small stack",
                512 << 10);
        small.start();
        small.join();
        assertThat(caught).isEmpty();
    }

    @Test
    void deepJsonIsReadWithoutRecursion() {
        Map<String, Object> row = new HashMap<>(ROW);
        row.put("meta", "{\"deep\": " + "[".repeat(20_000) + "]".repeat(20_000) + ", \"x\": 1}");
        assertThat(passes(Filter.of("meta['x'] == 1"), row)).isTrue();
    }

    @Test
    void flatChainsOfAnyLengthWork() {
        String or = IntStream.range(100, 10_100).mapToObj(i -> "a == " + i).collect(Collectors.joining(" or "));
        assertThat(passes(or)).isFalse();
        assertThat(passes(or + " or a == 5")).isTrue();
        String json =
                IntStream.range(0, 10_000).mapToObj(i -> "color != '" + i + "'").collect(Collectors.joining(" && "));
        assertThat(passes(json)).isTrue();
        assertThat(passes("a" + " + 1".repeat(200) + " == 205")).isTrue();
        assertThatThrownBy(() -> passes("a" + " + 1".repeat(10_000) + " == 10005"))
                .hasMessageContaining("at most 200 operators in a row");
        String mixed = IntStream.range(0, 10_000)
                .mapToObj(i -> "a + " + i + " == 4 or name == 'n" + i + "'")
                .collect(Collectors.joining(" or "));
        assertThat(passes(mixed)).isFalse();
    }

    @Test
    void aMillionConstantsInAListWork() {
        String list = LongStream.range(0, 1_000_000)
                .mapToObj(i -> Long.toString(1_000_000_000_000_000_000L + i * 3))
                .collect(Collectors.joining(","));
        assertThat(passes("id in [" + list + "]")).isFalse();
        assertThat(passes("id in [" + list + ", 9007199254740993]")).isTrue();
        List<Object> values = new ArrayList<>();
        for (long i = 0; i < 1_000_000; i++) {
            values.add("key " + i);
        }
        values.add("it's\n100%");
        assertThat(passes(new Filter("name in {keys}", Map.of("keys", values)), ROW))
                .isTrue();
    }

    @Test
    void listsOfMoreThanAMillionValuesAreRefusedEarly() {
        assertThat(passes("a in [" + "-1,".repeat(999_999) + "5]")).isTrue();
        // All lists count together; refused before the mistake at the end is seen.
        assertThatThrownBy(() ->
                        passes("a in [" + "1,".repeat(700_000) + "1] or a in [" + "1,".repeat(14_000_000) + "1] ?"))
                .hasMessageContaining("at most 2100000 values and commas in its lists");
    }

    @Test
    void textBeyondTheLimitIsRefusedUnread() {
        String text = "a == 1" + " ".repeat(FilterSyntax.MAX_LENGTH);
        assertThatThrownBy(() -> passes(text)).hasMessageContaining("at most 33554432 characters");
        assertThatThrownBy(() -> passes("a == 1 or ".repeat(200_000) + "a == 1"))
                .hasMessageContaining("at most 500000 words");
    }

    @Test
    void templatesStandForConstantsAndLists() {
        Map<String, Object> parameters = Map.of(
                "five", 5L, "name", "it's\n100%", "yes", true, "list", List.of(4L, 5L), "half", 2.5, "pattern", "it%");
        assertThat(passes(
                        new Filter(
                                "a == {five} and name == {name} and flag == {yes} and a in {list} and exact == {half} "
                                        + "and a in [1, {five}] and name like {pattern} and a + {five} == 10 and {yes}",
                                parameters),
                        ROW))
                .isTrue();
        assertThatThrownBy(() -> passes(new Filter("a == {name}", parameters), ROW))
                .hasMessageContaining("cannot be compared by '==' with the string");
        assertThatThrownBy(() -> passes(new Filter("a in {five}", parameters), ROW))
                .hasMessageContaining("right of 'in' must stand a list, not the integer 5");
        assertThatThrownBy(() -> passes(new Filter("a == {list}", parameters), ROW))
                .hasMessageContaining("a list cannot be compared");
    }

    @Test
    void keysThatAFilterNamesAreFound() {
        assertThat(numbers("id == 7")).containsExactly(7);
        assertThat(numbers("7 == id and a > 1")).containsExactly(7);
        assertThat(numbers("id in [3, 1, 3, 2]")).containsExactly(1, 2, 3);
        assertThat(numbers("id == 4 or id in [9, 2] or id == 4")).containsExactly(2, 4, 9);
        assertThat(numbers("(id == 4 and a == 1) or id == 2")).containsExactly(2, 4);
        assertThat(numbers("id in [1, 2, 3] and id in [3, 4]")).hasSize(2);
        assertThat(numbers("false")).isEmpty();
        assertThat(compile("id != 7").primaryKeys()).isNull();
        assertThat(compile("id > 7").primaryKeys()).isNull();
        assertThat(compile("not (id in [7])").primaryKeys()).isNull();
        assertThat(compile("id == 7 or a == 1").primaryKeys()).isNull();
        assertThat(compile("id in [1, 2] or id == 3").isPrimaryKeysOnly()).isTrue();
        assertThat(compile("id == 7 and a == 1").isPrimaryKeysOnly()).isFalse();
        Column texts = CompiledFilter.compile(Filter.of("key in ['b', 'a'] or key == 'é'"), FIXED)
                .primaryKeys();
        assertThat(texts).isNotNull();
        assertThat(IntStream.range(0, 3).mapToObj(((VariableColumn) texts)::getString))
                .containsExactly("a", "b", "é");
    }

    @Test
    void whatHoldsAlwaysOrNeverIsRecognised() {
        for (String text : List.of("", "  ", "true", "1 == 1", "not false", "a == 1 or 2 > 1", "'a' < 'b' and true")) {
            assertThat(compile(text).isAlwaysTrue()).as(text).isTrue();
        }
        for (String text : List.of("false", "1 > 2", "a == 1 and false", "not true", "id in []")) {
            assertThat(compile(text).isAlwaysFalse()).as(text).isTrue();
        }
        assertThat(compile("a == a").isAlwaysTrue()).isFalse();
    }

    private static long[] numbers(String text) {
        Column keys = compile(text).primaryKeys();
        assertThat(keys).as(text).isNotNull();
        return ((FixedColumn) keys).data().toArray(FixedColumn.LONG);
    }

    private static CompiledFilter compile(String text) {
        return CompiledFilter.compile(Filter.of(text), SCHEMA);
    }

    private static boolean passes(String text) {
        return passes(Filter.of(text), ROW);
    }

    private static boolean passes(Filter filter, Map<String, Object> row) {
        CompiledFilter compiled = CompiledFilter.compile(filter, SCHEMA);
        long[] words = {1};
        TestRows.view(SCHEMA, 1, 1, false, List.of(row), new BitSet(), 64, 1)
                .chunks()
                .forEach(chunk -> compiled.retain(chunk, words, () -> {}));
        return words[0] == 1;
    }
}
