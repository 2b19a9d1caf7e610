package dev.parley.emulator;

import java.time.Duration;

/// Something a [FakeCaller] did or noticed; `at` counts from its first frame of audio.
public sealed interface CallerEvent {
    Duration at();

    /// Began to say its line number `line`, counted from 0.
    record Speaks(Duration at, int line, String words) implements CallerEvent {}

    /// Finished its line.
    record FallsSilent(Duration at, int line) implements CallerEvent {}

    /// Something was said to it: these words, as far as it can tell.
    record Hears(Duration at, String words) implements CallerEvent {}

    /// Something was said to it that it did not understand.
    record HearsSomething(Duration at) implements CallerEvent {}

    /// Nothing was answered to its line for too long.
    record IsNotAnswered(Duration at, int line) implements CallerEvent {}

    /// Has nothing more to say.
    record IsDone(Duration at) implements CallerEvent {}
}
