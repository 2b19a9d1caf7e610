package dev.parley.bench.codec;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.parley.media.OpusSettings;
import dev.parley.media.Pcm;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.function.Supplier;

/// libopus, where it is installed, called without copying more than must be.
@SuppressWarnings("restricted") // a native library is the point
final class NativeOpus implements Codec {
    private static final int VOIP = 2_048;
    private static final int SET_BITRATE = 4_002;
    private static final int SET_COMPLEXITY = 4_010;
    private static final int SET_INBAND_FEC = 4_012;
    private static final int SET_PACKET_LOSS = 4_014;
    private static final int SET_SIGNAL = 4_024;
    private static final int VOICE = 3_001;
    private static final int LONGEST = 1_276;

    private final Library library;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment encoder;
    private final MemorySegment decoder;
    private final MemorySegment samples = arena.allocate(JAVA_SHORT, FRAME);
    private final MemorySegment packet = arena.allocate(LONGEST);
    private boolean closed;

    /// What is used of the library.
    private record Library(MethodHandle createEncoder, MethodHandle createDecoder, MethodHandle encode,
            MethodHandle decode, MethodHandle control, MethodHandle destroyEncoder, MethodHandle destroyDecoder) {}

    private NativeOpus(Library library, OpusSettings settings) {
        this.library = library;
        try {
            var error = arena.allocate(JAVA_INT);
            encoder = (MemorySegment) library.createEncoder.invokeExact(RATE, 1, VOIP, error);
            decoder = (MemorySegment) library.createDecoder.invokeExact(RATE, 1, error);
            if (error.get(JAVA_INT, 0) != 0) {
                throw new IllegalStateException("expected libopus to begin, found error " + error.get(JAVA_INT, 0));
            }
            set(SET_SIGNAL, VOICE);
            set(SET_BITRATE, settings.bitrate());
            set(SET_COMPLEXITY, settings.complexity());
            set(SET_INBAND_FEC, settings.expectedLoss() > 0 ? 1 : 0);
            set(SET_PACKET_LOSS, settings.expectedLoss());
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /// Makes codecs, if the library is there.
    static Optional<Supplier<Codec>> find(OpusSettings settings) {
        SymbolLookup symbols;
        try {
            symbols = SymbolLookup.libraryLookup("libopus.so.0", Arena.global());
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        var linker = Linker.nativeLinker();
        var library = new Library(
                handle(linker, symbols, "opus_encoder_create",
                        FunctionDescriptor.of(ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS)),
                handle(linker, symbols, "opus_decoder_create",
                        FunctionDescriptor.of(ADDRESS, JAVA_INT, JAVA_INT, ADDRESS)),
                handle(linker, symbols, "opus_encode",
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT)),
                handle(linker, symbols, "opus_decode",
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT)),
                handle(linker, symbols, "opus_encoder_ctl",
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
                        Linker.Option.firstVariadicArg(2)),
                handle(linker, symbols, "opus_encoder_destroy", FunctionDescriptor.ofVoid(ADDRESS)),
                handle(linker, symbols, "opus_decoder_destroy", FunctionDescriptor.ofVoid(ADDRESS)));
        return Optional.of(() -> new NativeOpus(library, settings));
    }

    private static MethodHandle handle(Linker linker, SymbolLookup symbols, String name, FunctionDescriptor shape,
            Linker.Option... options) {
        return linker.downcallHandle(symbols.findOrThrow(name), shape, options);
    }

    private void set(int what, int value) throws Throwable {
        int result = (int) library.control.invokeExact(encoder, what, value);
        if (result != 0) {
            throw new IllegalStateException("expected libopus to take setting " + what + ", found error " + result);
        }
    }

    @Override
    public byte[] encode(Pcm frame) {
        try {
            MemorySegment.copy(frame.toSamples(), 0, samples, JAVA_SHORT, 0, FRAME);
            int length = (int) library.encode.invokeExact(encoder, samples, FRAME, packet, LONGEST);
            return packet.asSlice(0, length).toArray(JAVA_BYTE);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    @Override
    public Pcm decode(byte[] bytes) {
        try {
            MemorySegment.copy(bytes, 0, packet, JAVA_BYTE, 0, bytes.length);
            int count = (int) library.decode.invokeExact(decoder, packet, bytes.length, samples, FRAME, 0);
            return Pcm.copyOf(RATE, samples.asSlice(0, 2L * count).toArray(JAVA_SHORT));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    private static IllegalStateException failed(Throwable cause) {
        return new IllegalStateException("expected libopus to work, found " + cause, cause);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            library.destroyEncoder.invokeExact(encoder);
            library.destroyDecoder.invokeExact(decoder);
        } catch (Throwable e) {
            throw failed(e);
        } finally {
            arena.close();
        }
    }
}
