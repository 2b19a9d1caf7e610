package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.emulator.Faculties;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class FacultiesOptionTest {
    private static final Faculties LOCAL = Faculties.plain();

    @Command(name = "test")
    private static final class WithFaculties {
        @Mixin
        private FacultiesOption faculties = new FacultiesOption();
    }

    @Test
    void leavesTheEmulatorsOwnWhereNothingElseIsAskedFor() {
        assertThat(apply()).isEqualTo(LOCAL);
    }

    @Test
    void replacesEachOfTheThreeAlone() {
        var withMind = apply("--mind-url", "http://127.0.0.1:1/v1");

        assertThat(withMind.ears()).isSameAs(LOCAL.ears());
        assertThat(withMind.voices()).isSameAs(LOCAL.voices());
        assertThat(withMind.minds()).isNotSameAs(LOCAL.minds());

        var withRest = apply("--ears-url", "http://127.0.0.1:1/v1", "--voice-url", "http://127.0.0.1:1/v1",
                "--voice-name",
                "bella");

        assertThat(withRest.ears()).isNotSameAs(LOCAL.ears());
        assertThat(withRest.voices()).isNotSameAs(LOCAL.voices());
        assertThat(withRest.minds()).isSameAs(LOCAL.minds());
    }

    @Test
    void saysWhatIsWrongAndNotTheKey() {
        assertThatThrownBy(() -> apply("--ears-url", "nowhere")).isInstanceOf(ParameterException.class)
                .hasMessageStartingWith("--ears-url: expected an address such as http://127.0.0.1:8000/v1");
        assertThatThrownBy(() -> apply("--ears-key-env", "KEY")).isInstanceOf(ParameterException.class)
                .hasMessage("expected --ears-url with --ears-key-env, found none");
        assertThatThrownBy(() -> apply("--mind-url", "http://127.0.0.1:1/v1", "--mind-key-env", "MISSING"))
                .isInstanceOf(ParameterException.class)
                .hasMessage("expected a key in the environment variable MISSING of --mind-key-env, found none");
        assertThatThrownBy(() -> apply("--mind-url", "http://127.0.0.1:1/v1", "--mind-key-env", "BROKEN"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("copy it again")
                .hasMessageNotContaining("s3cret");
    }

    private static Faculties apply(String... arguments) {
        var command = new WithFaculties();
        new CommandLine(command).parseArgs(arguments);
        var environment = Map.of("KEY", "sk-key", "BROKEN", "s3cret\u0007");
        return command.faculties.apply(LOCAL, environment::get);
    }
}
