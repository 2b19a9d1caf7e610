/// Loads over real sockets, each against an emulator in a process of its own; run by `bench/run`, told in
/// `docs/performance.md`.
@NullMarked
package dev.parley.bench.load;

import org.jspecify.annotations.NullMarked;
