package dev.parley.bench.load;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;

/// What this process has used so far.
final class ThisProcess {
    private static final int COLLECTIONS = 4;

    private ThisProcess() {}

    static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    /// Bytes of heap that all its threads ever asked for.
    static long allocated() {
        return ManagementFactory.getPlatformMXBean(ThreadMXBean.class).getTotalThreadAllocatedBytes();
    }

    static int platformThreads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    /// Bytes of heap in use once nothing is left to collect.
    static long liveHeap() {
        var memory = ManagementFactory.getMemoryMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            memory.gc();
            least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    /// Bytes of heap in use after the latest collection that happened by itself; 0 before the first.
    static long heapAfterCollection() {
        long latest = -1;
        long used = 0;
        for (var collector : ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class)) {
            var last = collector.getLastGcInfo();
            if (last != null && last.getEndTime() > latest) {
                latest = last.getEndTime();
                used = last.getMemoryUsageAfterGc().values().stream().mapToLong(MemoryUsage::getUsed).sum();
            }
        }
        return used;
    }
}
