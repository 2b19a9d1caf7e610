package dev.parley.emulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A value that a function takes: a leaf of its schema.
///
/// @param path names from the outermost object down to it
/// @param isRequired whether it and all objects around it are
/// @param isNeeded whether the object it is in cannot do without it
/// @param names stems of its own name
/// @param speaks stems of its name, those around it, and its description
record Parameter(List<String> path, JsonNode schema, boolean isRequired, boolean isNeeded, Set<String> names,
        Set<String> speaks) {
    private static final int DEEPEST = 8;
    /// A schema that refers to itself has no end.
    private static final int MOST = 200;
    private static final Set<String> MONEY = Stems.each("amount", "price", "total", "cost", "budget", "sum", "fee",
            "payment",
            "salary", "deposit", "balance", "value", "tip");
    private static final Set<String> MESSAGE = Stems.each("message", "text", "content", "body", "note", "comment",
            "phrase",
            "sentence", "words", "task", "description");
    private static final Set<String> IDENTITY = Set.of("id", "ids", "number", "code", "reference", "sku", "zip", "pin",
            "account", "phone", "no");

    /// Parameters of these names are introduced by these words, the likeliest first.
    private static final Map<Set<String>, List<String>> PREPOSITIONS = prepositionsByName();

    /// What sort of value it is.
    enum Kind {
        CHOICE, FLAG, NUMBER, DAY, TIME, MOMENT, CURRENCY, IDENTITY, TEXT, LIST, OBJECT
    }

    /// The leaves of a function's parameters, in the order of the schema.
    static List<Parameter> of(JsonNode schema) {
        var found = new ArrayList<Parameter>();
        collect(schema, schema, List.of(), true, true, Set.of(), found);
        return found;
    }

    private static void collect(JsonNode root, JsonNode raw, List<String> path, boolean required, boolean needed,
            Set<String> around, List<Parameter> found) {
        if (found.size() >= MOST) {
            return;
        }
        var schema = resolve(root, raw, 0);
        if (schema.path("properties").isEmpty() || path.size() >= DEEPEST) {
            if (!path.isEmpty()) {
                var speaks = new LinkedHashSet<>(around);
                speaks.addAll(Stems.meant(schema.path("description").asString("")));
                found.add(new Parameter(path, withItems(root, schema), required, needed, Stems.all(path.getLast()),
                        speaks));
            }
            return;
        }
        var names = schema.path("required").valueStream().map(name -> name.asString("")).toList();
        schema.path("properties").properties().forEach(property -> {
            var deeper = new ArrayList<>(path);
            deeper.add(property.getKey());
            var named = new LinkedHashSet<>(around);
            named.addAll(Stems.all(property.getKey()));
            collect(root, property.getValue(), List.copyOf(deeper), required && names.contains(property.getKey()), names
                    .contains(property.getKey()), named, found);
        });
    }

    /// The schema of a list with that of its elements, wherever that is.
    private static JsonNode withItems(JsonNode root, JsonNode schema) {
        if (!(schema instanceof ObjectNode list) || !schema.path("items").isObject()) {
            return schema;
        }
        if (!(resolve(root, schema.path("items"), 0).deepCopy() instanceof ObjectNode items)) {
            return schema;
        }
        if (root.path("$defs").isObject() && !items.has("$defs")) {
            items.set("$defs", root.path("$defs"));
        }
        return list.deepCopy().set("items", items);
    }

    /// The schema behind references, and the first alternative that is not null.
    static JsonNode resolve(JsonNode root, JsonNode schema, int depth) {
        if (depth > DEEPEST) {
            return JsonNodeFactory.instance.objectNode();
        }
        var reference = schema.path("$ref").asString("");
        if (reference.startsWith("#/")) {
            return resolve(root, root.at(reference.substring(1)), depth + 1);
        }
        for (var several : List.of("anyOf", "oneOf", "allOf")) {
            for (var one : schema.path(several)) {
                if (!"null".equals(one.path("type").asString(""))) {
                    return resolve(root, one, depth + 1);
                }
            }
        }
        return schema;
    }

    private static Map<Set<String>, List<String>> prepositionsByName() {
        var known = new LinkedHashMap<Set<String>, List<String>>();
        known.put(Stems.each("origin", "from", "source", "departure", "sender"), List.of("from"));
        known.put(Stems.each("target", "into"), List.of("into", "to", "in"));
        known.put(Stems.each("destination", "to", "recipient", "arrival"), List.of("to", "for"));
        known.put(Stems.each("city", "location", "place", "address", "country", "region", "town", "area", "room",
                "where",
                "district"), List.of("in", "at", "near", "for", "to", "around"));
        known.put(Stems.each("artist", "author", "singer", "band"), List.of("by", "from"));
        known.put(Stems.each("person", "guest", "assignee", "customer", "contact", "attendee", "who", "employee",
                "patient"), List
                        .of("for", "to", "with", "under"));
        known.put(Stems.each("subject", "topic"), List.of("about", "on", "regarding"));
        known.put(Stems.each("query", "keyword", "term", "question"), List.of("for", "about", "on", "of"));
        known.put(Stems.each("name", "title", "label"), List.of("called", "named", "titled", "about", "for"));
        known.put(Stems.each("language"), List.of("into", "to", "in"));
        known.put(Stems.each("reason", "cause"), List.of("because", "for"));
        return known;
    }

    /// The words that introduce it, the likeliest first; none if nothing in its name tells.
    List<String> prepositions() {
        return PREPOSITIONS.entrySet()
                .stream()
                .filter(known -> known.getKey().stream().anyMatch(names::contains))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(List.of());
    }

    String name() {
        return path.getLast();
    }

    Kind kind() {
        if (!schema.path("enum").isEmpty() || schema.has("const")) {
            return Kind.CHOICE;
        }
        return switch (type()) {
            case "boolean" -> Kind.FLAG;
            case "integer", "number" -> Kind.NUMBER;
            case "array" -> Kind.LIST;
            case "object" -> Kind.OBJECT;
            default -> text();
        };
    }

    private Kind text() {
        switch (schema.path("format").asString("")) {
            case "date" -> {
                return Kind.DAY;
            }
            case "time" -> {
                return Kind.TIME;
            }
            case "date-time" -> {
                return Kind.MOMENT;
            }
            default -> {
                // Its name tells.
            }
        }
        var words = Stems.split(name());
        if (words.contains("currency") || words.contains("currencies")) {
            return Kind.CURRENCY;
        }
        if (words.contains("date") || words.contains("day")) {
            return Kind.DAY;
        }
        if (words.contains("time") || words.contains("hour")) {
            return Kind.TIME;
        }
        if (MONEY.stream().anyMatch(names::contains) && !names.contains(Stems.of("text"))) {
            return Kind.NUMBER;
        }
        return words.stream().anyMatch(IDENTITY::contains) ? Kind.IDENTITY : Kind.TEXT;
    }

    /// The JSON type, `string` if the schema does not say.
    String type() {
        var type = schema.path("type");
        if (type.isArray()) {
            return type.valueStream()
                    .map(one -> one.asString(""))
                    .filter(one -> !one.equals("null"))
                    .findFirst()
                    .orElse("string");
        }
        return type.asString("string").toLowerCase(Locale.ROOT);
    }

    boolean isWhole() {
        return type().equals("integer");
    }

    boolean isMoney() {
        return MONEY.stream().anyMatch(names::contains);
    }

    boolean isMessage() {
        return MESSAGE.stream().anyMatch(names::contains);
    }
}
