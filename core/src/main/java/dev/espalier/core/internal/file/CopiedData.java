package dev.espalier.core.internal.file;

import dev.espalier.graph.HostArray;
import dev.espalier.model.StoredType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Copies arrays into memory. Those of float32 go through a small buffer, one for each thread at
 * work, which stays in the processor's cache, so that their values are on the heap only once.
 */
final class CopiedData implements SafetensorsData {
  private static final int CHUNK_BYTES = 1 << 18;

  private final FileProblems problems;
  private final FileChannel channel;
  private final long start;
  private final int chunkBytes;
  private final Queue<ByteBuffer> chunks = new ConcurrentLinkedQueue<>();

  /**
   * Reads a part of a file.
   *
   * @param length of all arrays together
   */
  CopiedData(FileProblems problems, FileChannel channel, long start, long length) {
    this.problems = problems;
    this.channel = channel;
    this.start = start;
    chunkBytes = (int) Math.min(CHUNK_BYTES, length);
  }

  @Override
  public HostArray array(SafetensorsEntry entry, ContentChecksum.@Nullable Array checksum)
      throws IOException {
    long position = start + entry.begin();
    int length = (int) entry.byteCount();
    if (entry.type() != StoredType.F32) {
      ByteBuffer bytes =
          SafetensorsReader.bytes(problems, channel, position, length, entry.place());
      add(checksum, bytes);
      return entry.type().decode(entry.shape(), bytes);
    }
    float[] values = new float[length / Float.BYTES];
    ByteBuffer unused = chunks.poll();
    ByteBuffer chunk =
        unused == null ? ByteBuffer.allocate(chunkBytes).order(ByteOrder.LITTLE_ENDIAN) : unused;
    for (int done = 0; done < length; ) {
      chunk.clear().limit(Math.min(chunk.capacity(), length - done));
      SafetensorsReader.fill(problems, channel, position + done, chunk, entry.place());
      add(checksum, chunk);
      chunk.asFloatBuffer().get(values, done / Float.BYTES, chunk.limit() / Float.BYTES);
      done += chunk.limit();
    }
    chunks.add(chunk);
    return HostArray.wrap(entry.shape(), values);
  }

  private static void add(ContentChecksum.@Nullable Array checksum, ByteBuffer bytes) {
    if (checksum != null) {
      checksum.bytes(bytes);
    }
  }
}
