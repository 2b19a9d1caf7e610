package dev.parley.emulator;

import dev.parley.speech.Ears;
import dev.parley.speech.FreeTtsVoice;
import dev.parley.speech.Hearing;
import dev.parley.speech.SphinxEars;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What an emulator hears, thinks and speaks with. Any of the three can be replaced.
///
/// @param ears used by many sessions at once
/// @param minds makes the mind of one session
public record Faculties(Ears ears, Supplier<Mind> minds, Voices voices) {
    /// Offline: Sphinx-4 with the scenario's sentences, the scenario's answers, FreeTTS. The ears load when first used.
    public static Faculties offline(Scenario scenario) {
        var ears = memoized(() -> scenario.modelGrammar()
                .<Ears>map(SphinxEars::of)
                .orElse(_ -> new Hearing.NotUnderstood()));
        var voice = FreeTtsVoice.agent();
        return new Faculties(audio -> ears.get().hear(audio), () -> new ScenarioMind(scenario),
                (text, _) -> voice.speak(text));
    }

    public Faculties withEars(Ears others) {
        return new Faculties(others, minds, voices);
    }

    public Faculties withMinds(Supplier<Mind> others) {
        return new Faculties(ears, others, voices);
    }

    public Faculties withVoices(Voices others) {
        return new Faculties(ears, minds, others);
    }

    private static Supplier<Ears> memoized(Supplier<Ears> make) {
        return new Supplier<>() {
            private @Nullable Ears made;

            @Override
            public synchronized Ears get() {
                if (made == null) {
                    made = make.get();
                }
                return made;
            }
        };
    }
}
