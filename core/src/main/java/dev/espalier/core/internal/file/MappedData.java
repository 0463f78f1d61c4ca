package dev.espalier.core.internal.file;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.StoredFloats;
import dev.espalier.model.StoredType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Maps the file into memory, as a whole up to 2 GiB, beyond that each array on its own. Arrays of
 * float32 stay in the file, which is released when none of them is in use. Adds nothing to a
 * checksum.
 *
 * <p>Many elements are read from the file instead of the mapping: the first access to each page of
 * a mapping takes longer than to read it, on virtual machines several times as long.
 */
final class MappedData implements SafetensorsData {
  /** Stays in the processor's cache, and takes longer to read than to ask for. */
  private static final int CHUNK_BYTES = 1 << 18;

  private final FileProblems problems;

  /** Open until it is unreachable, or until a thread that reads from it is interrupted. */
  private final FileChannel channel;

  private final long start;
  private final @Nullable MappedByteBuffer whole;
  private final Queue<ByteBuffer> chunks = new ConcurrentLinkedQueue<>();

  /**
   * Maps a part of a file.
   *
   * @param channel stays open
   * @throws IOException also if the file is shorter
   */
  MappedData(FileProblems problems, FileChannel channel, long start, long length)
      throws IOException {
    this.problems = problems;
    this.channel = channel;
    this.start = start;
    this.whole = length > Integer.MAX_VALUE ? null : map(start, length);
  }

  private MappedByteBuffer map(long from, long length) throws IOException {
    return channel.map(FileChannel.MapMode.READ_ONLY, from, length);
  }

  @Override
  public HostArray array(SafetensorsEntry entry, ContentChecksum.@Nullable Array checksum)
      throws IOException {
    int length = (int) entry.byteCount();
    ByteBuffer bytes =
        (whole == null
                ? map(start + entry.begin(), length)
                : whole.slice((int) entry.begin(), length))
            .order(ByteOrder.LITTLE_ENDIAN);
    return entry.type() == StoredType.F32
        ? HostArray.stored(entry.shape(), new Floats(entry, bytes.asFloatBuffer()))
        : entry.type().decode(entry.shape(), bytes);
  }

  /** The elements of an array. */
  private final class Floats implements StoredFloats {
    private final SafetensorsEntry entry;
    private final FloatBuffer mapped;

    Floats(SafetensorsEntry entry, FloatBuffer mapped) {
      this.entry = entry;
      this.mapped = mapped;
    }

    @Override
    public FloatBuffer view() {
      return mapped.duplicate();
    }

    @Override
    public void copy(int from, FloatBuffer target) {
      Objects.checkFromIndexSize(from, target.remaining(), mapped.limit());
      ByteBuffer unused = chunks.poll();
      ByteBuffer chunk =
          unused == null
              ? ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN)
              : unused;
      int next = from;
      try {
        while (target.hasRemaining()) {
          int count = Math.min(target.remaining(), CHUNK_BYTES / Float.BYTES);
          chunk.clear().limit(count * Float.BYTES);
          long position = start + entry.begin() + (long) next * Float.BYTES;
          SafetensorsReader.fill(problems, channel, position, chunk, entry.place());
          target.put(chunk.asFloatBuffer());
          next += count;
        }
      } catch (ClosedChannelException e) {
        StoredFloats.super.copy(next, target); // A thread was interrupted; the mapping stays.
      } catch (IOException e) {
        throw SafetensorsReader.notReadable(problems.file(), e);
      } finally {
        chunks.add(chunk);
      }
    }
  }
}
