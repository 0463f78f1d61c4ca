package dev.espalier.core.internal.file;

import dev.espalier.graph.HostArray;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The bytes after the header of a safetensors file. Thread-safe. */
interface SafetensorsData {
  /**
   * Returns an array.
   *
   * @param checksum to which its bytes are added, or null
   * @throws ArithmeticException if a 64-bit integer does not fit in 32 bits
   */
  HostArray array(SafetensorsEntry entry, ContentChecksum.@Nullable Array checksum)
      throws IOException;
}
