package dev.espalier.core.internal.file;

import dev.espalier.graph.HostArray;
import dev.espalier.model.StoredType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Maps the file into memory, as a whole up to 2 GiB, beyond that each array on its own. Arrays of
 * float32 view the mapping, which ends when none of them is in use. Adds nothing to a checksum.
 */
final class MappedData implements SafetensorsData {
  private final FileChannel channel;
  private final long start;
  private final @Nullable MappedByteBuffer whole;

  /**
   * Maps a part of a file.
   *
   * @throws IOException also if the file is shorter
   */
  MappedData(FileChannel channel, long start, long length) throws IOException {
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
        ? HostArray.view(entry.shape(), bytes.asFloatBuffer())
        : entry.type().decode(entry.shape(), bytes);
  }
}
