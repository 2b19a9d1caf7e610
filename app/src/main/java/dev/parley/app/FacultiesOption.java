package dev.parley.app;

import dev.parley.emulator.Faculties;
import dev.parley.emulator.RemoteEndpoint;
import java.net.URI;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Services with OpenAI's HTTP interface that hear, think or speak for the emulator, in place of what it does by itself.
///
/// Keys come from the environment, so that they are in no list of processes and in no shell history.
final class FacultiesOption {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--ears-url", paramLabel = "URL", description = "Service that transcribes what is said, such as"
            + " http://127.0.0.1:8000/v1. Default: the emulator's own ears.")
    private @Nullable URI earsUrl;

    @Option(names = "--ears-model", paramLabel = "NAME", defaultValue = "whisper-1", description = "Its model."
            + DEFAULT)
    private String earsModel = "whisper-1";

    @Option(names = "--ears-key-env", paramLabel = "VARIABLE", description = "Environment variable with its key.")
    private @Nullable String earsKey;

    @Option(names = "--mind-url", paramLabel = "URL", description = "Service that thinks of answers, by chat completions."
            + " Default: the scenario, or the emulator's own mind.")
    private @Nullable URI mindUrl;

    @Option(names = "--mind-model", paramLabel = "NAME", defaultValue = "gpt-4o-mini", description = "Its model."
            + DEFAULT)
    private String mindModel = "gpt-4o-mini";

    @Option(names = "--mind-key-env", paramLabel = "VARIABLE", description = "Environment variable with its key.")
    private @Nullable String mindKey;

    @Option(names = "--voice-url", paramLabel = "URL", description = "Service that says answers aloud. Default: the"
            + " emulator's own voice.")
    private @Nullable URI voiceUrl;

    @Option(names = "--voice-model", paramLabel = "NAME", defaultValue = "tts-1", description = "Its model." + DEFAULT)
    private String voiceModel = "tts-1";

    @Option(names = "--voice-name", paramLabel = "NAME", description = "Its voice. Default: the one a session asks for.")
    private @Nullable String voiceName;

    @Option(names = "--voice-key-env", paramLabel = "VARIABLE", description = "Environment variable with its key.")
    private @Nullable String voiceKey;

    /// These faculties with the remote ones that were asked for.
    ///
    /// @param local what the emulator does by itself
    /// @param environment gives variables of the environment
    Faculties apply(Faculties local, UnaryOperator<@Nullable String> environment) {
        var faculties = local;
        var ears = endpoint("--ears-url", earsUrl, earsModel, "--ears-key-env", earsKey, environment);
        if (ears.isPresent()) {
            faculties = faculties.withRemoteEars(ears.get());
        }
        var mind = endpoint("--mind-url", mindUrl, mindModel, "--mind-key-env", mindKey, environment);
        if (mind.isPresent()) {
            faculties = faculties.withRemoteMind(mind.get());
        }
        var voice = endpoint("--voice-url", voiceUrl, voiceModel, "--voice-key-env", voiceKey, environment);
        if (voice.isPresent()) {
            faculties = voiceName == null
                    ? faculties.withRemoteVoices(voice.get())
                    : faculties.withRemoteVoice(voice.get(), voiceName);
        }
        return faculties;
    }

    private Optional<RemoteEndpoint> endpoint(String urlOption, @Nullable URI url, String model, String keyOption,
            @Nullable String variable, UnaryOperator<@Nullable String> environment) {
        if (url == null) {
            if (variable != null) {
                throw mistake("expected " + urlOption + " with " + keyOption + ", found none");
            }
            return Optional.empty();
        }
        try {
            var endpoint = RemoteEndpoint.of(url, model);
            if (variable == null) {
                return Optional.of(endpoint);
            }
            var key = environment.apply(variable);
            if (key == null || key.isBlank()) {
                throw mistake("expected a key in the environment variable " + variable + " of " + keyOption
                        + ", found none");
            }
            return Optional.of(endpoint.withKey(key));
        } catch (IllegalArgumentException e) {
            throw mistake(urlOption + ": " + e.getMessage());
        }
    }

    private ParameterException mistake(String what) {
        return new ParameterException(spec.commandLine(), what);
    }
}
