package dev.parley.bench.load;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;

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

    /// How many objects of these classes are alive, by the classes' simple names.
    static Figures instances(String... classes) {
        var figures = Figures.none();
        var found = histogram();
        for (var name : classes) {
            figures = figures.with(name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1),
                    found.getOrDefault(name, 0L));
        }
        return figures;
    }

    /// The virtual machine's own table; a line of it: `  12:   345   6789  name (module)`.
    private static Map<String, Long> histogram() {
        try {
            var table = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(new ObjectName(
                            "com.sun.management:type=DiagnosticCommand"), "gcClassHistogram", new Object[]{
                                    new String[0]},
                            new String[]{String[].class.getName()});
            return table.lines()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(cells -> cells.length >= 4 && cells[0].endsWith(":"))
                    .collect(Collectors.toMap(cells -> cells[3], cells -> Long.valueOf(cells[1]), Long::sum));
        } catch (JMException e) {
            throw new IllegalStateException("expected a virtual machine that counts its objects", e);
        }
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
