package dev.parley.agent;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Those who watch a call. One that throws is logged, the first time with where it happened, and goes on being told: a
/// watcher's trouble is nobody else's, least of all the caller's. Any thread may add one.
final class Observers {
    private static final Logger LOG = LoggerFactory.getLogger(AgentCall.class);

    private final List<AgentCall.Observer> observers = new CopyOnWriteArrayList<>();
    private final Set<AgentCall.Observer> failed = ConcurrentHashMap.newKeySet();

    void add(AgentCall.Observer observer) {
        observers.add(observer);
    }

    void remove(AgentCall.Observer observer) {
        observers.remove(observer);
    }

    void tell(CallEvent event, Instant at) {
        for (var observer : observers) {
            try {
                observer.on(event, at);
            } catch (RuntimeException | Error e) {
                failed(observer, event, e);
            }
        }
    }

    private void failed(AgentCall.Observer observer, CallEvent event, Throwable e) {
        var kind = event.getClass().getSimpleName();
        if (failed.add(observer)) {
            Incident.log(LOG, "An observer failed on " + kind + "; it goes on being told", e);
        } else {
            LOG.debug("An observer failed again, on {}", kind, e);
        }
    }
}
