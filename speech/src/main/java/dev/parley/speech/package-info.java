/// A voice and ears that need no network: text to speech, speech to text, and the phrases both agree on.
@NullMarked
package dev.parley.speech;

import org.jspecify.annotations.NullMarked;
