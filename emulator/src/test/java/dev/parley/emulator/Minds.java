package dev.parley.emulator;

import java.util.ArrayList;
import java.util.List;

/// Minds for tests: they think what they are told to, and remember what they were asked.
final class Minds {
    private Minds() {}

    /// Thinks the same each time.
    static Told thinking(Mind.Thought... thoughts) {
        return new Told(List.of(thoughts));
    }

    static Told saying(String text) {
        return thinking(new Mind.Thought.Say(text));
    }

    /// What a mind was asked, oldest first.
    static final class Told implements Mind {
        private final List<Thought> thoughts;
        private final List<Situation> asked = new ArrayList<>();

        private Told(List<Thought> thoughts) {
            this.thoughts = thoughts;
        }

        @Override
        public void respond(Situation situation, java.util.function.Consumer<Thought> out) {
            asked.add(situation);
            thoughts.forEach(out);
        }

        Situation lastAsked() {
            return asked.getLast();
        }
    }
}
