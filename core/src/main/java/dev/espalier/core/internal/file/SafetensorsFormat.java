package dev.espalier.core.internal.file;

import dev.espalier.model.Weights;
import dev.espalier.plugin.WeightFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Plain safetensors files, with or without a model's configuration. float16, bfloat16 and float64
 * are converted to float32, and int64 to int32. Large files of other programs are mapped into
 * memory instead of copied.
 */
public final class SafetensorsFormat implements WeightFormat {
  /** Smaller files are copied: that takes no time, and they can then be deleted on any system. */
  private static final long MAPPED_BYTES = 16L << 20;

  /** Creates the format, which has no state. */
  public SafetensorsFormat() {}

  @Override
  public String name() {
    return "safetensors";
  }

  @Override
  public boolean recognizes(Path file, byte[] head) {
    if (file.toString().endsWith(".safetensors")) {
      return true;
    }
    if (head.length <= Long.BYTES) {
      return false;
    }
    long length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return length >= 2
        && length <= SafetensorsReader.MAXIMUM_HEADER_BYTES
        && head[Long.BYTES] == '{';
  }

  @Override
  public Weights read(Path file) {
    return isLarge(file) ? SafetensorsReader.map(file) : SafetensorsReader.read(file);
  }

  private static boolean isLarge(Path file) {
    try {
      return Files.size(file) >= MAPPED_BYTES;
    } catch (IOException e) {
      return false; // Reading it says what is wrong.
    }
  }
}
