package dev.parley.rtc;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every parser that the network reaches outlives a few thousand inputs that are almost right; [FuzzMain] has the patience
/// for ten million.
class FuzzTest {
    private static final int ROUNDS = 3_000;

    static List<String> parsers() {
        return Fuzz.targets().stream().map(target -> target.name).toList();
    }

    @ParameterizedTest
    @MethodSource("parsers")
    void refusesOrReadsWhateverArrives(String parser) {
        Fuzz.targets()
                .stream()
                .filter(target -> target.name.equals(parser))
                .forEach(target -> new Fuzz(System.nanoTime()).run(target, ROUNDS));
    }
}
