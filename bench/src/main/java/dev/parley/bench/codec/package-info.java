/// What the codecs cost.
@NullMarked
package dev.parley.bench.codec;

import org.jspecify.annotations.NullMarked;
