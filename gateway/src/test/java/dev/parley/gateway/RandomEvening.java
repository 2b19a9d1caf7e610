package dev.parley.gateway;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Many sessions that call any of a gateway's tools with arguments made up from their schemas, all on the same few drinks,
/// tabs, events and categories, so that they get into each other's way. Some calls are sent twice.
final class RandomEvening {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /// What is called more often than once in a while.
    private static final List<String> OFTEN = List.of("add_to_cart", "add_to_cart", "add_to_cart", "process_order",
            "process_order", "create_tab", "close_tab", "void_transaction", "create_event_allocation",
            "update_inventory_count", "create_adjustment");
    /// What is said where a schema wants words.
    private static final Map<String, List<String>> WORDS = words("""
            drink_name, product_name, product_id, ingredient, query, items: Bud Light | Corona Extra | Old Fashioned | \
            Margarita | Makers Mark | House Merlot | Coke | two bud lights | light | a drink nobody has
            customer_name: John | Ann | Table 5 | last | Ümit
            tab: John | Ann | Table 5
            to_name: Ann | Zoe
            location_name, from_location, to_location: Main Bar | Storage
            event_id: Wedding | Party
            category: Beer | Ale | Cider
            category_id: Ale | Cider
            parent_id: Beer | Ale
            move_products_to: Beer
            adjustment_id: last
            count_session_id:
            name: Ale | Cider | Wedding | Party | House Beer
            """);

    private final URI gateway;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, LongAdder> endings = new ConcurrentHashMap<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final List<Long> times = new ArrayList<>();

    /// What came of it.
    ///
    /// @param endings how many calls ended how: `done`, or the code of a refusal
    /// @param wrong answers that there must not be
    /// @param p99 of the calls' times, in milliseconds
    record Outcome(Map<String, Long> endings, List<String> wrong, long p99) {
        long calls() {
            return endings.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private RandomEvening(URI gateway) {
        this.gateway = gateway;
    }

    static Outcome at(URI gateway, int sessions, Duration length, long seed) throws Exception {
        return new RandomEvening(gateway).run(sessions, length, seed);
    }

    private Outcome run(int sessions, Duration length, long seed) throws Exception {
        var tools = List.copyOf(JSON.readTree(send("GET", "/api/realtime/tools", null).body())
                .path("tools")
                .valueStream()
                .toList());
        var end = System.nanoTime() + length.toNanos();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = IntStream.range(0, sessions)
                    .mapToObj(i -> threads.submit(() -> {
                        converse("evening-" + i, new Random(seed + i), tools, end);
                        return true;
                    }))
                    .toList();
            for (var one : running) {
                one.get(length.plus(PATIENCE).toSeconds(), TimeUnit.SECONDS);
            }
        } finally {
            http.shutdownNow();
        }
        var sums = new java.util.TreeMap<String, Long>();
        endings.forEach((ending, count) -> sums.put(ending, count.sum()));
        synchronized (times) {
            times.sort(null);
            return new Outcome(sums, List.copyOf(wrong), times.get(times.size() * 99 / 100) / 1_000_000);
        }
    }

    private void converse(String name, Random random, List<JsonNode> tools, long end) throws Exception {
        var session = name;
        for (int i = 0; System.nanoTime() < end; i++) {
            var tool = pick(random, tools);
            if (random.nextInt(3) > 0) {
                var often = pick(random, OFTEN);
                tool = tools.stream()
                        .filter(one -> one.path("name").asString().equals(often))
                        .findFirst()
                        .orElseThrow();
            }
            var ending = call(session, name + "-" + i, tool, random);
            if (ending.equals("session_ended") || tool.path("name").asString().equals("terminate_session")) {
                session = name + "-" + i;
            }
        }
    }

    private String call(String session, String callId, JsonNode tool, Random random) throws Exception {
        var body = JsonNodeFactory.instance.objectNode()
                .put("name", tool.path("name").asString())
                .put("sessionId", session)
                .put("call_id", callId);
        body.set("args", value("args", tool.path("parameters"), random));
        var first = execute(body);
        // What passes may have passed.
        if (random.nextInt(20) == 0 && !first.contains("\"retryable\":true")) {
            var again = execute(body);
            if (!again.equals(first) && !again.contains("\"retryable\":true")) {
                wrong.add(body + ": " + first + ", and again: " + again);
            }
        }
        var ending = first.startsWith("{\"success\":true")
                ? "done"
                : JSON.readTree(first).path("code").asString("none");
        endings.computeIfAbsent(ending, _ -> new LongAdder()).increment();
        if (ending.equals("internal") || ending.equals("none")) {
            wrong.add(body + ": " + first);
        }
        return ending;
    }

    private String execute(ObjectNode body) throws Exception {
        var began = System.nanoTime();
        var answer = send("POST", "/api/realtime/execute-tool", body.toString()).body();
        synchronized (times) {
            times.add(System.nanoTime() - began);
        }
        return answer;
    }

    private java.net.http.HttpResponse<String> send(String method, String path, String body) throws IOException,
            InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(gateway + path))
                .timeout(PATIENCE)
                .method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body))
                .build(), BodyHandlers.ofString());
    }

    /// Something that a schema allows, or nearly.
    private static JsonNode value(String name, JsonNode schema, Random random) {
        var nodes = JsonNodeFactory.instance;
        if (schema.has("enum")) {
            return pick(random, List.copyOf(schema.path("enum").valueStream().toList()));
        }
        var type = schema.path("type").isArray()
                ? schema.path("type").path(random.nextInt(schema.path("type").size())).asString()
                : schema.path("type").asString();
        return switch (type) {
            case "object" -> {
                var object = nodes.objectNode();
                var required = schema.path("required").valueStream().map(JsonNode::asString).toList();
                schema.path("properties").properties().forEach(property -> {
                    // PINs are counted, and none is right.
                    if (!property.getKey().endsWith("pin") && (required.contains(property.getKey()) || random.nextInt(
                            3) == 0)) {
                        object.set(property.getKey(), value(property.getKey(), property.getValue(), random));
                    }
                });
                yield object;
            }
            case "array" -> {
                var array = nodes.arrayNode();
                for (int i = random.nextInt(3); i >= 0; i--) {
                    array.add(value(name, schema.path("items"), random));
                }
                yield array;
            }
            case "integer" -> nodes.numberNode(1 + random.nextInt(4));
            case "number" -> nodes.numberNode(random.nextInt(20) == 0 ? 1.5 : 1 + random.nextInt(4));
            case "boolean" -> nodes.booleanNode(random.nextBoolean());
            case "null" -> nodes.nullNode();
            default -> schema.path("format").asString("").equals("date")
                    ? nodes.stringNode("2027-06-05")
                    : nodes.stringNode(pick(random, WORDS.getOrDefault(name, List.of("by chance"))));
        };
    }

    private static Map<String, List<String>> words(String table) {
        var words = new HashMap<String, List<String>>();
        table.lines().forEach(line -> {
            var said = Stream.of(line.split(":", 2)[1].split("\\|", -1)).map(String::strip).toList();
            Stream.of(line.split(":", 2)[0].split(",", -1)).forEach(name -> words.put(name.strip(), said));
        });
        return words;
    }

    private static <T> T pick(Random random, List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
