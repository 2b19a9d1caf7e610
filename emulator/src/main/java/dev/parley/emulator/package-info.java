/// A stand-in for the realtime service: it hears, answers aloud and calls tools, as a scenario tells it.
@NullMarked
package dev.parley.emulator;

import org.jspecify.annotations.NullMarked;
