package dev.parley.agent;

/// What of a sentence was heard before it was cut off.
final class Words {
    /// About 150 words a minute.
    private static final int MILLIS_A_CHARACTER = 68;

    private Words() {}

    /// How long it takes to say something, roughly.
    static long millis(String words) {
        return (long) words.length() * MILLIS_A_CHARACTER;
    }

    /// The whole words that fit into the part of the sound that was heard. Words are taken to come at an even pace, which
    /// is as good as anybody knows: the protocol does not say when in the sound a word is said.
    static String heard(String words, long heardMillis, long allMillis) {
        if (heardMillis >= allMillis) {
            return heardMillis > 0 ? words : "";
        }
        var end = (int) (words.length() * heardMillis / allMillis);
        while (end > 0 && !Character.isWhitespace(words.charAt(end))) {
            end--;
        }
        return words.substring(0, end).strip();
    }
}
