package dev.parley.app;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.nio.channels.NetworkChannel;
import java.nio.channels.Selector;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// The rules of the house: who may know whom, and what may be used where.
///
/// A module is a package below `dev.parley`. Arrows point one way, so that somebody who wants only the protocol's types
/// or only the audio gets nothing else, and so that the parts that decide can be tested without a network or a clock.
class ArchitectureTest {
    private static final String ROOT = "dev.parley";

    /// Which other modules each module may use. A new module does not pass until it is written down here.
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            entry("realtime", Set.of()),
            entry("media", Set.of()),
            entry("echo", Set.of("media")),
            entry("rtc", Set.of("media")),
            entry("realtime.webrtc", Set.of("realtime", "media", "rtc")),
            entry("speech", Set.of("media")),
            entry("agent", Set.of("realtime", "media")),
            entry("venue", Set.of("agent", "realtime")),
            entry("gateway", Set.of("venue", "agent", "realtime", "media", "rtc")),
            entry("emulator", Set.of("realtime", "media", "speech", "rtc")),
            entry("app", Set.of("realtime", "realtime.webrtc", "media", "rtc", "speech", "agent", "venue", "gateway",
                    "emulator")));

    static final Set<String> MODULES = ARROWS.keySet();

    /// The parts that decide. They are told the time; nothing in them waits, runs or looks at a clock.
    static final Set<String> TIMELESS = Set.of("agent.Conversation", "agent.ResponseSlot", "agent.OpenCalls",
            "agent.Meanwhile", "agent.Hearing", "agent.FarPlayout", "agent.Transcript", "agent.ConversationMirror",
            "agent.Bill",
            "emulator.EmulatedSession", "emulator.Doorkeeper", "emulator.FaultPlan", "emulator.Outbox",
            "emulator.OutputBuffer",
            "emulator.CallerScript", "media.SpeechDetector", "media.Playout", "realtime.Continuation",
            "realtime.ConversationItems", "realtime.Silence", "realtime.MessageReader", "rtc.IceAgent",
            "rtc.IceCheckList",
            "rtc.IceGathering", "rtc.Jsep", "rtc.RtpSession", "rtc.SctpAssociation", "rtc.SctpOutbound",
            "rtc.SctpInbound", "rtc.SctpResets", "media.KeysSent", "media.KeysHeard", "media.RtpReception",
            "media.JitterBuffer", "media.ArrivalDelays", "media.RtpSender", "media.HalfDuplexGate");

    private static final JavaClasses PARLEY = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void everyClassBelongsToAModuleWithKnownArrows() {
        var modules = PARLEY.stream().map(ArchitectureTest::module).collect(Collectors.toSet());

        assertThat(modules).isEqualTo(MODULES);
    }

    @ParameterizedTest
    @FieldSource("MODULES")
    void arrowsBetweenModulesPointOneWay(String module) {
        var known = ARROWS.getOrDefault(module, Set.of());
        var unknown = describe("belong to other modules",
                (JavaClass used) -> used.getPackageName().startsWith(ROOT) && !module(used).equals(module)
                        && !known.contains(module(used)));

        noClasses().that(describe("belong to " + module, one -> module(one).equals(module)))
                .should()
                .dependOnClassesThat(unknown)
                .because(module + " knows " + known + " and nobody else")
                .check(PARLEY);
    }

    @Test
    void onlyTheAppIsAProgram() {
        var library = "a library neither ends the process nor prints: that is up to whoever uses it";

        noMethods().that()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackage(packages("app"))
                .should()
                .haveName("main")
                .because(library)
                .check(PARLEY);
        noClasses().that()
                .resideOutsideOfPackage(packages("app"))
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
                .orShould()
                .callMethodWhere(calls(System.class, "exit"))
                .orShould()
                .callMethodWhere(calls(Runtime.class, "exit", "halt"))
                .because(library)
                .check(PARLEY);
    }

    @Test
    void soundAndAgentsTouchNoNetwork() {
        noClasses().that()
                .resideInAnyPackage(packages("media"), packages("speech"), packages("agent"))
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.net..", "javax.net..", "org.eclipse.jetty..",
                        "io.javalin..")
                        .or(JavaClass.Predicates.assignableTo(NetworkChannel.class))
                        .or(JavaClass.Predicates.assignableTo(Selector.class)))
                .because("the network is the business of realtime and of the emulator")
                .check(PARLEY);
    }

    @Test
    void onlyTheExtensionForTestsKnowsJUnit() {
        noClasses().that()
                .doNotHaveFullyQualifiedName(ROOT + ".emulator.EmulatorExtension")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.junit..")
                .because("JUnit is not there when the emulator runs by itself")
                .check(PARLEY);
    }

    @Test
    void nobodySleeps() {
        noClasses().should()
                .callMethodWhere(calls(Thread.class, "sleep"))
                .because("whoever waits, waits for something: a queue, a deadline, a pace")
                .check(PARLEY);
    }

    @ParameterizedTest
    @FieldSource("TIMELESS")
    void whatDecidesIsToldTheTime(String name) {
        var type = ROOT + "." + name;

        classes().that(describe("are " + name + " or nested in it", one -> isOrIsNestedIn(one, type)))
                .should()
                .onlyCallMethodsThat(describe("read no clock", method -> !(method.getName().equals("now")
                        && method.getOwner().isAssignableTo(Instant.class))
                        && !(method.getName().matches("nanoTime|currentTimeMillis")
                                && method.getOwner().isAssignableTo(System.class))))
                .andShould()
                .onlyDependOnClassesThat(describe("are no clock, thread or lock", ArchitectureTest::isTimeless))
                .because("a machine that is given the time can be tested faster than time passes")
                .check(PARLEY);
    }

    @Test
    void everyPackageSaysWhatMayBeNull() {
        var packages = PARLEY.stream().map(JavaClass::getPackage).distinct();

        assertThat(packages).isNotEmpty()
                .allSatisfy(one -> assertThat(one.isAnnotatedWith(NullMarked.class)).as(one.getName()
                        + " is @NullMarked")
                        .isTrue());
    }

    private static boolean isTimeless(JavaClass used) {
        return Set.of(Thread.class, Clock.class, InstantSource.class, Timer.class, LockSupport.class, Executor.class)
                .stream()
                .noneMatch(used::isAssignableTo);
    }

    private static boolean isOrIsNestedIn(JavaClass one, String type) {
        return one.getName().equals(type) || one.getName().startsWith(type + "$");
    }

    private static DescribedPredicate<JavaCall<?>> calls(Class<?> owner, String... names) {
        return describe("calls " + owner.getSimpleName() + "." + String.join(", ", names),
                call -> call.getTargetOwner().isAssignableTo(owner) && Set.of(names).contains(call.getName()));
    }

    private static String packages(String module) {
        return ROOT + "." + module + "..";
    }

    /// A module may have its package within another's, as realtime.webrtc has: the longest name counts.
    private static String module(JavaClass one) {
        var inside = one.getPackageName().substring(ROOT.length() + 1);
        return MODULES.stream()
                .filter(module -> inside.equals(module) || inside.startsWith(module + "."))
                .max(Comparator.comparing(String::length))
                .orElse(inside);
    }
}
