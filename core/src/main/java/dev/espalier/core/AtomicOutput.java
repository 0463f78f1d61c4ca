package dev.espalier.core;

import dev.espalier.core.internal.file.AtomicFile;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;

/** Writes files that are either complete or not there, for modules that write formats of others. */
public final class AtomicOutput {
  private static final int BUFFER_BYTES = 1 << 16;

  private AtomicOutput() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes to a buffered stream, which the caller closes; called again after an interrupt. */
    void writeTo(OutputStream stream) throws IOException;
  }

  /**
   * Writes a file, creating missing folders: to a temporary file in the same folder, which is
   * flushed to the disk and then replaces the old file. An interrupt of the thread does not prevent
   * the file from being written.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE}; an existing file is unchanged
   */
  public static void write(Path file, Content content) {
    AtomicFile.write(
        file,
        channel -> {
          OutputStream stream =
              new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
          content.writeTo(stream);
          stream.flush();
        });
  }
}
