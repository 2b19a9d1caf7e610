package dev.parley.emulator;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// An emulator for JUnit tests, on any free port of the loopback interface.
///
/// ```java
/// @RegisterExtension
/// static final EmulatorExtension service = EmulatorExtension.scripted("hello there");
///
/// @Test
/// void greetsTheCaller(Emulator emulator) {
///     ... point your client at emulator.uri() ...
///     assertThat(emulator.sessions().getFirst().received("response.create")).hasSize(1);
/// }
/// ```
///
/// In a static field it is started once for the class, and forgets the sessions of one test before the next; in another
/// field it is started for each test. A test method may have an [Emulator] and a [SpeakingClient] as parameters; the
/// client has a session of its own, which ends with the test.
///
/// The only class that needs JUnit, which is an optional dependency.
public final class EmulatorExtension
        implements
            BeforeAllCallback,
            BeforeEachCallback,
            AfterEachCallback,
            AfterAllCallback,
            ParameterResolver {
    private final Supplier<Emulator.Settings> settings;
    private final Map<String, ConcurrentLinkedQueue<SpeakingClient>> callers = new ConcurrentHashMap<>();
    private volatile @Nullable Emulator emulator;
    private volatile boolean isStartedForClass;

    private EmulatorExtension(Supplier<Emulator.Settings> settings) {
        this.settings = settings;
    }

    /// Plays a scenario, at the scenario's pace.
    public static EmulatorExtension scenario(Scenario scenario) {
        return of(() -> Emulator.Settings.of(scenario));
    }

    /// Without a scenario, see [Faculties#plain()]. Answers are sent at once.
    public static EmulatorExtension plain() {
        return of(EmulatorExtension::atOnce);
    }

    /// As [#plain()], but the n-th utterance of each session says the n-th of these lines, whatever it sounds like; see
    /// [Faculties#scripted].
    public static EmulatorExtension scripted(String... transcripts) {
        var lines = List.of(transcripts);
        return of(() -> atOnce().withFaculties(Faculties.scripted(lines)));
    }

    /// Set up as the test wants it, each time it is started.
    public static EmulatorExtension of(Supplier<Emulator.Settings> settings) {
        return new EmulatorExtension(settings);
    }

    private static Emulator.Settings atOnce() {
        return Emulator.Settings.of(Scenario.none().withPace(0)).withFaculties(Faculties.plain());
    }

    /// The emulator.
    ///
    /// @throws IllegalStateException if no test is running
    public Emulator emulator() {
        var running = emulator;
        if (running == null) {
            throw new IllegalStateException(
                    "expected a test to be running, found none: put the extension into a field with"
                            + " @RegisterExtension");
        }
        return running;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        // A nested class comes by once more.
        if (emulator == null) {
            emulator = Emulator.start(settings.get());
            isStartedForClass = true;
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (emulator == null) {
            emulator = Emulator.start(settings.get());
        }
        if (callers.isEmpty()) {
            emulator().forgetSessions();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        var leaving = callers.remove(context.getUniqueId());
        if (leaving != null) {
            leaving.forEach(SpeakingClient::close);
        }
        if (!isStartedForClass) {
            stop();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        var outermost = context.getParent().flatMap(ExtensionContext::getTestClass).isEmpty();
        if (outermost) {
            stop();
        }
    }

    private void stop() {
        var running = emulator;
        emulator = null;
        isStartedForClass = false;
        callers.values().forEach(some -> some.forEach(SpeakingClient::close));
        callers.clear();
        if (running != null) {
            running.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        var type = parameter.getParameter().getType();
        return type.equals(Emulator.class) || (type.equals(SpeakingClient.class) && context.getTestMethod()
                .isPresent());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        if (parameter.getParameter().getType().equals(Emulator.class)) {
            return emulator();
        }
        var caller = SpeakingClient.connect(emulator());
        Objects.requireNonNull(callers.computeIfAbsent(context.getUniqueId(), _ -> new ConcurrentLinkedQueue<>()))
                .add(caller);
        return caller;
    }
}
