/// Measurements, run by hand; see the module's README.
@NullMarked
package dev.parley.bench;

import org.jspecify.annotations.NullMarked;
