package dev.parley.venue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GroupCommitTest {
    @Test
    void returnsOnlyAfterAWriteThatBeganAfterTheCommit() throws InterruptedException {
        var memory = new AtomicLong();
        var onDisk = new AtomicLong();
        var early = new AtomicInteger();
        try (var commit = new GroupCommit(() -> onDisk.set(memory.get()));
                var committers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                committers.submit(() -> {
                    for (int k = 0; k < 200; k++) {
                        var mine = memory.incrementAndGet();
                        commit.await();
                        if (onDisk.get() < mine) {
                            early.incrementAndGet();
                        }
                    }
                    return null;
                });
            }
            committers.shutdown();
            assertThat(committers.awaitTermination(30, TimeUnit.SECONDS)).as("all have committed").isTrue();
        }

        assertThat(early).hasValue(0);
        assertThat(onDisk).hasValue(10_000);
    }

    @Test
    void writesOnceForAllWhoCommitWhileAWriteIsUnderWay() throws InterruptedException {
        var writes = new AtomicInteger();
        var begun = new Semaphore(0);
        var mayEnd = new Semaphore(0);
        try (var commit = new GroupCommit(() -> {
            writes.incrementAndGet();
            begun.release();
            mayEnd.acquireUninterruptibly();
        }); var committers = Executors.newVirtualThreadPerTaskExecutor()) {
            committers.submit(() -> {
                commit.await();
                return null;
            });
            assertThat(begun.tryAcquire(10, TimeUnit.SECONDS)).as("the first write begins").isTrue();
            var arrived = new CountDownLatch(20);
            for (int i = 0; i < 20; i++) {
                committers.submit(() -> {
                    arrived.countDown();
                    commit.await();
                    return null;
                });
            }
            assertThat(arrived.await(10, TimeUnit.SECONDS)).as("the others have committed").isTrue();
            mayEnd.release(100);
            committers.shutdown();
            assertThat(committers.awaitTermination(10, TimeUnit.SECONDS)).as("nobody waits any more").isTrue();
        }

        // Those who arrive late may need a third.
        assertThat(writes.get()).isBetween(2, 19);
    }

    @Test
    void leavesTimeBetweenWritesForOthersToCommit() throws InterruptedException {
        try (var commit = new GroupCommit(() -> {})) {
            commit.await();
            var began = System.nanoTime();
            for (int i = 0; i < 10; i++) {
                commit.await();
            }

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(90));
        }
    }

    @Test
    void tellsOfAWriteThatFailedAndGoesOn() throws InterruptedException {
        var isFull = new AtomicInteger(1);
        try (var commit = new GroupCommit(() -> {
            if (isFull.getAndDecrement() > 0) {
                throw new IllegalStateException("no space");
            }
        })) {
            assertThatExceptionOfType(DatabaseException.class).isThrownBy(commit::await)
                    .withMessageContaining("check the space on the disk")
                    .withCauseInstanceOf(IllegalStateException.class);

            commit.await();
        }
    }

    @Test
    void closesTwice() {
        var commit = new GroupCommit(() -> {});

        commit.close();
        commit.close();
    }
}
