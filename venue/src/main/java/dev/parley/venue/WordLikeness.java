package dev.parley.venue;

/// How alike two words are, written and spoken: 1000 for the same, 0 for different words.
final class WordLikeness {
    static final int SAME = 1_000;

    private static final int LEAST = 750;
    private static final int SOUNDS_ALIKE = 800;
    private static final int SHORT = 5;

    private WordLikeness() {}

    /// Allows one slip in up to five letters and two in more; none in numbers and in words of three letters or less.
    static int ofLetters(String one, String other) {
        if (one.equals(other)) {
            return SAME;
        }
        var longer = Math.max(one.length(), other.length());
        var slips = longer <= SHORT ? 1 : 2;
        if (Math.abs(one.length() - other.length()) > slips
                || Integer.bitCount(letters(one) ^ letters(other)) > 2 * slips || hasDigit(one) || hasDigit(other)) {
            return 0;
        }
        var distance = distance(one, other);
        var likeness = SAME - SAME * distance / longer;
        return distance <= slips && likeness >= LEAST ? likeness : 0;
    }

    /// Which letters of the alphabet are in a word, a bit each: tells most words that are not alike from each other.
    static int letters(String word) {
        var letters = 0;
        for (var i = 0; i < word.length(); i++) {
            var letter = word.charAt(i) - 'a';
            letters |= letter >= 0 && letter < 26 ? 1 << letter : 1 << 26;
        }
        return letters;
    }

    /// Whether a recogniser could have heard one for the other: the same consonants, in kinds, whatever the vowels.
    static int ofSounds(String one, String other) {
        var sounds = sounds(one);
        return sounds.length() >= 2 && sounds.equals(sounds(other)) ? SOUNDS_ALIKE : 0;
    }

    /// Letters to insert, delete, replace or swap with their neighbour to make one of the other.
    static int distance(String one, String other) {
        var before = new int[other.length() + 1];
        var above = new int[other.length() + 1];
        var row = new int[other.length() + 1];
        for (var j = 0; j <= other.length(); j++) {
            above[j] = j;
        }
        for (var i = 1; i <= one.length(); i++) {
            row[0] = i;
            for (var j = 1; j <= other.length(); j++) {
                var differ = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(above[j] + 1, row[j - 1] + 1), above[j - 1] + differ);
                if (i > 1 && j > 1 && one.charAt(i - 1) == other.charAt(j - 2) && one.charAt(i - 2) == other.charAt(j
                        - 1)) {
                    row[j] = Math.min(row[j], before[j - 2] + 1);
                }
            }
            var free = before;
            before = above;
            above = row;
            row = free;
        }
        return above[other.length()];
    }

    /// `coor` and `core` as `kr`, `butt` and `bud` as `pt`, `blew` and `blue` as `pl`.
    static String sounds(String word) {
        var sounds = new StringBuilder();
        for (var i = 0; i < word.length(); i++) {
            var next = i + 1 < word.length() ? word.charAt(i + 1) : ' ';
            var sound = sound(word.charAt(i), next);
            var vowelFirst = sound == ' ' && i == 0 && "aeiou".indexOf(word.charAt(i)) >= 0;
            if (vowelFirst) {
                sounds.append('a');
            } else if (sound != ' ' && (sounds.isEmpty() || sounds.charAt(sounds.length() - 1) != sound)) {
                sounds.append(sound);
            }
        }
        return sounds.toString();
    }

    private static char sound(char letter, char next) {
        return switch (letter) {
            case 'b' -> 'p';
            case 'p' -> next == 'h' ? 'f' : 'p';
            case 'd', 't' -> 't';
            case 'v', 'f' -> 'f';
            case 'c' -> "eiy".indexOf(next) >= 0 ? 's' : 'k';
            case 'k', 'q' -> 'k';
            case 's', 'z', 'x' -> 's';
            case 'g' -> next == 'h' ? ' ' : 'g';
            case 'j', 'l', 'm', 'n', 'r' -> letter;
            default -> ' ';
        };
    }

    private static boolean hasDigit(String word) {
        return word.chars().anyMatch(Character::isDigit);
    }
}
