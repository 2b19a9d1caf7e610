package dev.parley.realtime;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Reads a session for one subscriber, as much as it asks for.
final class SessionPublisher implements Flow.Publisher<ServerEvent> {
    private final Session session;
    private final AtomicBoolean subscribed = new AtomicBoolean();

    SessionPublisher(Session session) {
        this.session = session;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ServerEvent> subscriber) {
        if (subscribed.compareAndSet(false, true)) {
            new Reading(session, subscriber).start();
            return;
        }
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {}
        });
        subscriber.onError(new IllegalStateException(
                "expected one subscriber, found a second: a session is read once"));
    }

    private static final class Reading implements Flow.Subscription {
        private final Session session;
        private final Flow.Subscriber<? super ServerEvent> subscriber;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private long demand;
        private volatile boolean cancelled;
        private volatile boolean askedForNothing;
        private final Thread reader;

        Reading(Session session, Flow.Subscriber<? super ServerEvent> subscriber) {
            this.session = session;
            this.subscriber = subscriber;
            this.reader = Thread.ofVirtual().name("realtime-publisher").unstarted(this::run);
        }

        void start() {
            reader.start();
        }

        private void run() {
            subscriber.onSubscribe(this);
            var events = session.events().iterator();
            // One event is read ahead, for the end is told to whoever asks for nothing more, too.
            while (events.hasNext() && awaitDemand()) {
                subscriber.onNext(events.next());
            }
            if (askedForNothing) {
                subscriber.onError(new IllegalArgumentException("expected a request for at least 1 event"));
            } else if (!cancelled && session.closed().isPresent()) {
                subscriber.onComplete();
            } else if (!cancelled) {
                subscriber.onError(new RealtimeException("interrupted while waiting for an event"));
            }
        }

        /// Waits until something is wanted, and counts it as given; false when nothing will be.
        private boolean awaitDemand() {
            lock.lock();
            try {
                while (demand == 0 && !cancelled) {
                    changed.awaitUninterruptibly();
                }
                demand -= demand == Long.MAX_VALUE ? 0 : 1;
                return !cancelled;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void request(long n) {
            lock.lock();
            try {
                long sum = demand + Math.max(0, n);
                demand = sum < 0 ? Long.MAX_VALUE : sum;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
            if (n <= 0) {
                askedForNothing = true;
                cancel();
            }
        }

        @Override
        public void cancel() {
            lock.lock();
            try {
                cancelled = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
            if (!Thread.currentThread().equals(reader)) {
                reader.interrupt();
            }
        }
    }
}
