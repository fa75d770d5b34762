package org.elanus.plugin.indexhnsw;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Zeroed memory in large pages where Linux grants them; random access to a graph then misses the translation buffers
 * far less often. Ordinary memory everywhere else: this is a matter of speed alone.
 */
final class HugePages {

    private static final long PAGE = 2L << 20;
    private static final int READ_WRITE = 3;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int ADVICE_HUGE_PAGE = 14;

    private static final @Nullable MethodHandle MAP =
            find("mmap", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final @Nullable MethodHandle ADVISE =
            find("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final @Nullable MethodHandle UNMAP =
            find("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

    private HugePages() {}

    /** Memory that lives as long as the arena, aligned to a cache line at least. */
    static MemorySegment allocate(Arena arena, long bytes) {
        if (bytes < 2 * PAGE || MAP == null || ADVISE == null || UNMAP == null) {
            return arena.allocate(bytes, 64);
        }
        long mapped = (bytes + 2 * PAGE - 1) / PAGE * PAGE;
        try {
            MemorySegment begin =
                    (MemorySegment) MAP.invokeExact(MemorySegment.NULL, mapped, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
            if (begin.address() == -1) {
                return arena.allocate(bytes, 64);
            }
            MemorySegment whole = begin.reinterpret(mapped, arena, HugePages::unmap);
            long aligned = (begin.address() + PAGE - 1) / PAGE * PAGE;
            // A refusal changes nothing but the speed.
            int ignored = (int) ADVISE.invokeExact(MemorySegment.ofAddress(aligned), bytes, ADVICE_HUGE_PAGE);
            return whole.asSlice(aligned - begin.address(), bytes);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void unmap(MemorySegment segment) {
        MethodHandle unmap = UNMAP;
        if (unmap == null) {
            return;
        }
        try {
            int failed = (int) unmap.invokeExact(MemorySegment.ofAddress(segment.address()), segment.byteSize());
            if (failed != 0) {
                throw new IllegalStateException("munmap failed");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable MethodHandle find(String name, FunctionDescriptor descriptor) {
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
            return null;
        }
        return Linker.nativeLinker()
                .defaultLookup()
                .find(name)
                .map(address -> Linker.nativeLinker().downcallHandle(address, descriptor))
                .orElse(null);
    }
}
