/// Who answers the call: tools from annotated methods, the order of turns, barge-in, transcripts.
@NullMarked
package dev.parley.agent;

import org.jspecify.annotations.NullMarked;
