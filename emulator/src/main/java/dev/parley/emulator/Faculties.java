package dev.parley.emulator;

import dev.parley.speech.Ears;
import dev.parley.speech.FreeTtsVoice;
import dev.parley.speech.Grammar;
import dev.parley.speech.Hearing;
import dev.parley.speech.Phrase;
import dev.parley.speech.SphinxEars;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What an emulator hears, thinks and speaks with. Any of the three can be replaced.
///
/// @param ears gives the ears of one session; they may be the same for all
/// @param minds makes the mind of one session
/// @param voices used by many sessions at once
/// @param release run when an emulator that used them has closed: gives up what they hold and can get again, such as
///     connections to services elsewhere
public record Faculties(Supplier<Ears> ears, Supplier<Mind> minds, Voices voices, Runnable release) {
    /// In [#scripted]: the words of an utterance that could not be understood.
    public static final String NOT_UNDERSTOOD = "";

    /// What can be made out of speech when no scenario says what to expect.
    private static final List<String> SMALL_TALK = List.of("hello", "hello there", "good morning", "good evening",
            "goodbye",
            "yes [please]", "no [thank you]", "thank you [very much]", "how are you", "what can you do",
            "what time is it", "stop please", "(say|repeat after me) (hello|good morning|goodbye|thank you)");

    /// Faculties that hold nothing.
    public Faculties(Supplier<Ears> ears, Supplier<Mind> minds, Voices voices) {
        this(ears, minds, voices, () -> {});
    }

    /// Offline: Sphinx-4 with the scenario's sentences, the scenario's answers, FreeTTS. The ears load when first used.
    public static Faculties offline(Scenario scenario) {
        return new Faculties(shared(() -> ears(scenario.modelGrammar())), () -> new ScenarioMind(scenario),
                offlineVoices());
    }

    /// For no scenario: repeats what it is asked to repeat, calls the function that fits the words, says what functions
    /// answered, and otherwise says what it heard. Offline ears understand the sentences of a grammar only, and here that
    /// is a little small talk; other speech is not understood. Text always is.
    public static Faculties plain() {
        return plain(InstantSource.system());
    }

    /// As [#plain()], with a clock that tells what day it is when the caller says "tomorrow".
    public static Faculties plain(InstantSource clock) {
        var smallTalk = Grammar.of(SMALL_TALK.stream().map(Phrase::parse).toList());
        return new Faculties(shared(() -> ears(Optional.of(smallTalk))), () -> new PlainMind(clock), offlineVoices());
    }

    /// For tests: whatever sound is said, the n-th utterance of each session says the n-th of these lines. Of a line that is
    /// [#NOT_UNDERSTOOD], and after the last, nothing is understood. The mind is that of [#plain()].
    public static Faculties scripted(List<String> transcripts) {
        return plain().withTranscripts(transcripts);
    }

    /// With ears that do not listen: see [#scripted].
    public Faculties withTranscripts(List<String> transcripts) {
        var lines = List.copyOf(transcripts);
        return withEarsOfEachSession(() -> script(lines));
    }

    /// With ears that all sessions share.
    public Faculties withEars(Ears others) {
        return withEarsOfEachSession(() -> others);
    }

    /// With ears that are made anew for each session.
    public Faculties withEarsOfEachSession(Supplier<Ears> others) {
        return new Faculties(others, minds, voices, release);
    }

    public Faculties withMinds(Supplier<Mind> others) {
        return new Faculties(ears, others, voices, release);
    }

    public Faculties withVoices(Voices others) {
        return new Faculties(ears, minds, others, release);
    }

    /// With ears behind `POST /audio/transcriptions`.
    public Faculties withRemoteEars(RemoteEndpoint endpoint) {
        var service = new RemoteService(endpoint);
        return withEars(new RemoteEars(service)).releasing(service);
    }

    /// With a mind behind `POST /chat/completions`.
    public Faculties withRemoteMind(RemoteEndpoint endpoint) {
        var service = new RemoteService(endpoint);
        return withMinds(() -> new RemoteMind(service)).releasing(service);
    }

    /// With a voice behind `POST /audio/speech`, the one each session asks for.
    public Faculties withRemoteVoices(RemoteEndpoint endpoint) {
        return withRemoteVoices(endpoint, Optional.empty());
    }

    /// With a voice behind `POST /audio/speech`, this one whatever a session asks for.
    public Faculties withRemoteVoice(RemoteEndpoint endpoint, String voice) {
        return withRemoteVoices(endpoint, Optional.of(voice));
    }

    private Faculties withRemoteVoices(RemoteEndpoint endpoint, Optional<String> voice) {
        var service = new RemoteService(endpoint);
        return withVoices(new RemoteVoices(service, voice)).releasing(service);
    }

    private Faculties releasing(RemoteService service) {
        return new Faculties(ears, minds, voices, () -> {
            release.run();
            service.close();
        });
    }

    private static Ears script(List<String> lines) {
        var next = new AtomicInteger();
        return _ -> Stream.of(next.getAndIncrement())
                .filter(turn -> turn < lines.size())
                .map(lines::get)
                .filter(line -> !line.isBlank())
                .<Hearing>map(line -> new Hearing.Understood(line.strip(), 1))
                .findFirst()
                .orElseGet(Hearing.NotUnderstood::new);
    }

    private static Voices offlineVoices() {
        var voice = FreeTtsVoice.agent();
        return (text, _) -> voice.speak(text);
    }

    private static Ears ears(Optional<Grammar> grammar) {
        return grammar.<Ears>map(SphinxEars::of).orElse(_ -> new Hearing.NotUnderstood());
    }

    /// Ears for all sessions, made when they are first needed.
    private static Supplier<Ears> shared(Supplier<Ears> make) {
        var made = memoized(make);
        Ears ears = audio -> made.get().hear(audio);
        return () -> ears;
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
