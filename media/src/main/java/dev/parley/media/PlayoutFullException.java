package dev.parley.media;

import java.time.Duration;

/// More audio was to be queued for a listener than a [Playout] takes: its source runs away, or nobody listens.
public final class PlayoutFullException extends RuntimeException {
    PlayoutFullException(Duration limit, Duration wanted) {
        super("expected at most " + limit.toSeconds() + " s of audio in the playout queue, found " + wanted.toSeconds()
                + " s; stop the response or render faster");
    }
}
