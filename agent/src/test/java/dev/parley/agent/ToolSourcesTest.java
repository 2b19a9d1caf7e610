package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.realtime.FunctionTool;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/// Where tools come from, besides methods of a class: interfaces, and schemas with a handler.
class ToolSourcesTest {
    public interface Clock {
        @Tool(value = "Tells the time.", sequential = true)
        String time(@Param(value = "Where", maxLength = 10) String city);

        @Tool("Tells the day.")
        default String day() {
            return "Monday";
        }
    }

    public interface WorldClock extends Clock {}

    static class Watch implements WorldClock {
        @Override
        public String time(String where) {
            return "noon in " + where;
        }
    }

    @Nested
    class Interfaces {
        @Test
        void aMethodDeclaredOnAnInterfaceIsATool() {
            var toolbox = Toolbox.of(new Watch());

            assertThat(toolbox.definitions()).extracting(FunctionTool::name).containsExactly("day", "time");
            assertThat(toolbox.find("time").orElseThrow().policy().sequential()).isTrue();
            try (var calls = new ToolCaller(new ToolRunner(toolbox))) {
                assertThat(calls.outcome("time", "{\"city\":\"Rome\"}")).isEqualTo("noon in Rome");
                assertThat(calls.outcome("day", "{}")).isEqualTo("Monday");
                assertThat(calls.outcome("time", "{\"city\":\"Constantinople\"}"))
                        .isEqualTo("BAD_ARGUMENTS: city: expected a text of at most 10 characters, found 14");
            }
        }

        public interface Single {
            @Tool("Doubles.")
            int twice(int number);
        }

        @Test
        void aLambdaIsATool() {
            Single doubling = number -> 2 * number;

            try (var calls = ToolCaller.on(doubling)) {
                assertThat(calls.outcome("twice", "{\"number\":4}")).isEqualTo("8");
            }
        }

        @Test
        void theNearestAnnotationCounts() {
            var watch = new Watch() {
                @Override
                @Tool("Tells the time here.")
                public String time(String city) {
                    return "midnight";
                }
            };

            assertThat(Toolbox.of(watch).find("time").orElseThrow().definition().description())
                    .isEqualTo("Tells the time here.");
        }

        public interface Generic<T> {
            @Tool("Odd.")
            String odd(T what);
        }

        @Test
        void refusesAMethodThatTypeParametersHide() {
            var odd = new Generic<String>() {
                @Override
                public String odd(String what) {
                    return what;
                }
            };

            assertThatIllegalArgumentException().isThrownBy(() -> Toolbox.of(odd))
                    .withMessageContaining("annotate the implementation");
        }
    }

    @Nested
    class Schemas {
        private static final String SCHEMA = """
                {"type": "object",
                 "properties": {
                   "product": {"type": "string", "enum": ["tea", "cake"], "description": "What to bring"},
                   "count": {"type": "integer", "minimum": 1, "maximum": 9},
                   "note": {"type": ["string", "null"], "maxLength": 5},
                   "size": {"const": 3},
                   "extras": {"type": "array", "maxItems": 2, "uniqueItems": true,
                              "items": {"type": "object", "properties": {"name": {"type": "string"}},
                                        "required": ["name"], "additionalProperties": {"type": "boolean"}}}},
                 "required": ["product", "count"],
                 "additionalProperties": false}""";

        private final Toolbox toolbox = Toolbox.builder()
                .tool("order", "Orders.", SCHEMA, (arguments, call) -> call.name() + " " + arguments)
                .build();

        @Test
        void announcesTheSchemaAsItIs() {
            assertThat(toolbox.definitions().getFirst().parameters())
                    .isEqualTo(JsonMapper.shared().readTree(SCHEMA));
        }

        @Test
        void handsOverArgumentsThatFit() {
            try (var calls = new ToolCaller(new ToolRunner(toolbox))) {
                assertThat(calls.outcome("order", "{\"product\":\"tea\",\"count\":2.0,\"note\":null,\"size\":3.0,"
                        + "\"extras\":[{\"name\":\"milk\",\"cold\":true}]}"))
                        .startsWith("order {\"product\":\"tea\",\"count\":2.0");
            }
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                {"count":1}                               | product: required, but missing
                {"product":"beer","count":1}              | product: expected one of tea, cake, found the text "beer"
                {"product":"tea","count":1.5}             | count: expected a whole number, found the number 1.5
                {"product":"tea","count":10}              | count: expected a number at least 1 and at most 9, found the number 10
                {"product":"tea","count":1e999999999}     | count: expected a number of at most 40 digits before and after the point, found the number 1E+999999999
                {"product":"tea","count":1,"size":4}      | size: expected one of 3, found the number 4
                {"product":"tea","count":1,"note":7}      | note: expected null or a text, found the number 7
                {"product":"tea","count":1,"note":"please"} | note: expected a text of at most 5 characters, found 6
                {"product":"tea","count":1,"tip":1}       | tip: unknown argument; known are product, count, note, size, extras
                {"product":"tea","count":1,"extras":[{}]} | extras[0].name: required, but missing
                {"product":"tea","count":1,"extras":[{"name":"a","cold":1}]} | extras[0].cold: expected true or false, found the number 1
                {"product":"tea","count":1,"extras":[{"name":"a"},{"name":"a"}]} | extras[1]: expected different values, found an object again
                []                                        | arguments: expected an object, found a list
                """)
        void saysWhatDoesNotFitBeforeTheHandlerRuns(String arguments, String message) {
            var refusing = Toolbox.builder().tool("order", "Orders.", SCHEMA, (_, _) -> {
                throw new AssertionError("must not run");
            }).build();
            try (var calls = new ToolCaller(new ToolRunner(refusing))) {
                assertThat(calls.outcome("order", arguments)).isEqualTo("BAD_ARGUMENTS: " + message);
            }
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                []                                  | arguments: expected a schema, found a list
                {"type":"string"}                   | expected a schema of "type":"object" for arguments, found string
                {}                                  | expected a schema of "type":"object" for arguments, found no type
                {"type":"object","anyOf":[]}        | arguments: expected keywords that are checked, found "anyOf"
                {"type":"object","properties":{"a":{"$ref":"#"}}} | a: expected keywords that are checked, found "$ref"
                {"type":"object","properties":{"a":{"type":"date"}}} | a: expected a type of JSON Schema, found "date"
                {"type":"object","properties":{"a":{"minimum":"1"}}} | a: expected a number for "minimum", found the text "1"
                {"type":"object","properties":{"a":{"pattern":"("}}} | a: expected a regular expression, found "(": Unclosed group
                {"type":"object","properties":[]}   | arguments: expected an object for "properties", found a list
                {"type":"object","required":"a"}    | arguments: expected a list of texts for "required", found the text "a"
                {"type":                            | order: expected a JSON Schema. The arguments are not valid JSON: Unexpected end-of-input within/between Object entries at line 1, column 9.
                """)
        void refusesASchemaItCouldNotCheck(String schema, String message) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Toolbox.builder().tool("order", "Orders.", schema, (_, _) -> "done"))
                    .withMessage(message);
        }

        @Test
        void composesMethodsSchemasAndOtherToolboxes() {
            var all = Toolbox.builder().methods(new Watch()).include(toolbox).build();

            assertThat(all.definitions()).extracting(FunctionTool::name).containsExactly("day", "order", "time");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Toolbox.builder().methods(new Watch()).methods(new Watch()))
                    .withMessageContaining("expected different tool names");
        }
    }
}
