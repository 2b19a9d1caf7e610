package dev.parley.speech;

import dev.parley.speech.Expression.Choice;
import dev.parley.speech.Expression.Maybe;
import dev.parley.speech.Expression.Sequence;
import dev.parley.speech.Expression.Slot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Reads the template of a [Phrase]:
///
/// ```
/// options  = row *( "|" row )
/// row      = *( text / "[" options "]" / "(" options ")" / "{" name ":" type "}" )
/// type     = built-in / list name / option *( "|" option )
/// ```
final class TemplateParser {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
    private static final Pattern SPECIAL = Pattern.compile("[\\[\\](){}|]");
    private static final Pattern BAR = Pattern.compile("\\|");

    private final String template;
    private final Map<String, List<String>> lists;
    private final Set<String> names = new HashSet<>();
    private int at;

    TemplateParser(String template, Map<String, List<String>> lists) {
        this.template = template;
        this.lists = lists;
    }

    Expression parse() {
        Expression row = row();
        if (at < template.length()) {
            throw error(at, "text, '[', '(' or '{'");
        }
        if (row instanceof Sequence(var parts) && parts.isEmpty()) {
            throw error(at, "at least one word or slot");
        }
        return row;
    }

    private Expression options(char close) {
        int open = at++;
        List<Expression> options = new ArrayList<>();
        options.add(row());
        while (at < template.length() && template.charAt(at) == '|') {
            at++;
            options.add(row());
        }
        if (at == template.length()) {
            throw error(at, "'" + close + "' for the '" + template.charAt(open) + "' at position " + (open + 1));
        }
        if (template.charAt(at) != close) {
            throw error(at, "'|' or '" + close + "'");
        }
        at++;
        return options.size() == 1 ? options.getFirst() : new Choice(options);
    }

    private Expression row() {
        List<Expression> parts = new ArrayList<>();
        while (at < template.length()) {
            switch (template.charAt(at)) {
                case '[' -> parts.add(new Maybe(options(']')));
                case '(' -> parts.add(options(')'));
                case '{' -> parts.add(slot());
                case '|', ']', ')', '}' -> {
                    return new Sequence(parts);
                }
                default -> text(parts);
            }
        }
        return new Sequence(parts);
    }

    private void text(List<Expression> parts) {
        var special = SPECIAL.matcher(template);
        int end = special.find(at) ? special.start() : template.length();
        SpokenText.words(template.substring(at, end)).forEach(word -> parts.add(new Expression.Word(word)));
        at = end;
    }

    private Expression slot() {
        int open = at;
        int end = template.indexOf('}', open);
        if (end < 0) {
            throw error(template.length(), "'}' for the '{' at position " + (open + 1));
        }
        int colon = template.indexOf(':', open);
        if (colon < 0 || colon > end) {
            throw error(end, "':' and a type, as in {price:money}");
        }
        String name = template.substring(open + 1, colon).strip();
        if (!NAME.matcher(name).matches()) {
            throw error(open + 1, "the name of a slot, letters and digits");
        }
        if (!names.add(name)) {
            throw error(open + 1, "a name that is not taken");
        }
        at = end + 1;
        return new Slot(name, type(template.substring(colon + 1, end).strip(), colon + 1));
    }

    private SlotType type(String type, int position) {
        if (lists.containsKey(type)) {
            return new SlotType.Options(lists.getOrDefault(type, List.of()));
        }
        var builtIn = SlotType.BUILT_IN.get(type);
        if (builtIn != null) {
            return builtIn;
        }
        var options = BAR.splitAsStream(type).map(String::strip).toList();
        if (options.size() < 2 || options.stream().anyMatch(option -> SpokenText.of(option).isEmpty())) {
            throw error(position, "one of " + new TreeSet<>(SlotType.BUILT_IN.keySet()) + ", the name of a list "
                    + new TreeSet<>(lists.keySet()) + ", or options between '|'");
        }
        return new SlotType.Options(options);
    }

    private IllegalArgumentException error(int position, String expected) {
        String found = position < template.length() ? "'" + template.substring(position) + "'" : "the end";
        return new IllegalArgumentException("phrase \"" + template + "\", position " + (position + 1) + ": expected "
                + expected + ", found " + found);
    }
}
