/// The command line: the one place that knows every module and wires them together.
@NullMarked
package dev.parley.app;

import org.jspecify.annotations.NullMarked;
