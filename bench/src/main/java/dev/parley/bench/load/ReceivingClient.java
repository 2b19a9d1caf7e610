package dev.parley.bench.load;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Many sessions in one process, each of which hears answer after answer; the process to be measured.
///
/// Sessions begin one after the other over the length of an answer, so that their answers do not begin together. Once all of
/// them hear one, [#WARM_UP] answers pass in which both processes are compiled. What is measured are the 30 seconds after; what
/// is counted is everything.
final class ReceivingClient {
    private static final int WARM_UP = 5;
    private static final int ANSWERS = 1 + WARM_UP + 3;
    private static final Duration TOO_LONG = Duration.ofSeconds(100);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final ReceivingLoad.Shape shape;
    private final Lateness lateness = new Lateness();
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong misplaced = new AtomicLong();
    private volatile boolean measuring;

    private ReceivingClient(ReceivingLoad.Shape shape) {
        this.shape = shape;
    }

    /// Prints a line when measuring begins, one when it ends, and then the figures.
    ///
    /// @param args which client, address of the service, number of sessions, events in an answer
    public static void main(String... args) throws InterruptedException {
        Child.endWithParent();
        var shape = new ReceivingLoad.Shape(Integer.parseInt(args[2]), Integer.parseInt(args[3]));
        try (var opener = Listener.Client.valueOf(args[0]).at(URI.create(args[1]))) {
            System.out.println(new ReceivingClient(shape).measured(opener).toLine());
        }
        // The official client's threads may outlive it for a minute.
        System.exit(0);
    }

    private Figures measured(Listener.Opener opener) throws InterruptedException {
        // Classes, pools and caches are no session's.
        opener.open().close();
        long before = ThisProcess.liveHeap();
        var listeners = new ArrayList<Listener>();
        for (int i = 0; i < shape.sessions(); i++) {
            listeners.add(opener.open());
        }
        var figures = Figures.none()
                .with("idle.heap", (double) (ThisProcess.liveHeap() - before) / shape.sessions())
                .with("idle.threads", ThisProcess.platformThreads())
                .with(load(listeners));
        listeners.forEach(listener -> Thread.ofVirtual().start(listener::close));
        return figures;
    }

    private Figures load(List<Listener> listeners) throws InterruptedException {
        var done = new CountDownLatch(listeners.size());
        long start = System.nanoTime();
        for (int i = 0; i < listeners.size(); i++) {
            var listener = listeners.get(i);
            long begin = start + shape.answer().toNanos() * i / listeners.size();
            Thread.ofVirtual().start(() -> {
                Clock.waitUntil(begin);
                try {
                    for (int answer = 0; answer < ANSWERS; answer++) {
                        hear(listener);
                    }
                } finally {
                    done.countDown();
                }
            });
        }

        Clock.waitUntil(start + (1 + WARM_UP) * shape.answer().toNanos());
        var figures = measure(start + ANSWERS * shape.answer().toNanos());
        if (!done.await(TOO_LONG.toMillis(), TimeUnit.MILLISECONDS)) {
            System.err.println(done.getCount() + " sessions have not heard everything after " + TOO_LONG);
        }
        long due = (long) shape.sessions() * ANSWERS * shape.eventsInAnswer();
        return figures.with(lateness.as("late"))
                .with("lost", due - events.get())
                .with("lost.bytes", due * ReceivingLoad.PIECE_BYTES - bytes.get())
                .with("misplaced", misplaced.get());
    }

    private Figures measure(long until) {
        long cpu = ThisProcess.cpuNanos();
        long allocated = ThisProcess.allocated();
        long heard = events.get();
        long from = System.nanoTime();
        long most = 0;
        measuring = true;
        System.out.println("begun");
        while (System.nanoTime() < until) {
            LockSupport.parkNanos(LOOK.toNanos());
            most = Math.max(most, ThisProcess.heapAfterCollection());
        }
        measuring = false;
        System.out.println("ended");
        double seconds = (System.nanoTime() - from) / 1e9;
        double count = events.get() - heard;
        return Figures.none()
                .with("cpu", (ThisProcess.cpuNanos() - cpu) / 1e9 / seconds)
                .with("rate", count / seconds)
                .with("cpu.event", (ThisProcess.cpuNanos() - cpu) / 1e3 / count)
                .with("allocated.event", (ThisProcess.allocated() - allocated) / count)
                .with("load.heap", most)
                .with("load.threads", ThisProcess.platformThreads());
    }

    /// Hears one answer. The least late event tells when the others were due.
    private void hear(Listener listener) {
        var arrivals = new long[shape.eventsInAnswer()];
        int count = 0;
        listener.ask();
        while (true) {
            switch (listener.next()) {
                case Listener.Event.Audio(var mark, var length) -> {
                    if (mark != count || count == arrivals.length) {
                        misplaced.incrementAndGet();
                    }
                    if (count < arrivals.length) {
                        arrivals[count] = measuring ? System.nanoTime() : 0;
                    }
                    count++;
                    events.incrementAndGet();
                    bytes.addAndGet(length);
                }
                case Listener.Event.AnswerDone() -> {
                    judge(arrivals, Math.min(count, arrivals.length));
                    return;
                }
                case Listener.Event.Other() -> {
                    // The ladder around the sound.
                }
            }
        }
    }

    private void judge(long[] arrivals, int count) {
        long interval = ReceivingLoad.INTERVAL.toNanos();
        long earliest = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            if (arrivals[i] != 0) {
                earliest = Math.min(earliest, arrivals[i] - i * interval);
            }
        }
        for (int i = 0; i < count; i++) {
            if (arrivals[i] != 0) {
                lateness.add(arrivals[i] - i * interval - earliest);
            }
        }
    }
}
