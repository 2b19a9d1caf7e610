/// Small programs, one idea each. They find the service in the environment, as everything here does.
@NullMarked
package dev.parley.examples;

import org.jspecify.annotations.NullMarked;
