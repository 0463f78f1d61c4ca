package dev.espalier.engine.library;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that exists while a library is being loaded. Loading a damaged library often crashes the
 * process, which leaves the file behind; whoever finds it without a living owner verifies the
 * library before loading it.
 */
final class LoadingMark implements Closeable {
  private static final Logger LOGGER = LoggerFactory.getLogger(LoadingMark.class);

  private final Path file;
  private final @Nullable FileChannel channel;

  private LoadingMark(Path file, @Nullable FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Creates the file, or does nothing where it cannot be written. */
  static LoadingMark write(Path file) {
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        LOGGER.debug("The file {} cannot be locked", file);
      }
      return new LoadingMark(file, channel);
    } catch (IOException e) {
      LOGGER.debug("The file {} cannot be written", file, e);
      return new LoadingMark(file, null);
    }
  }

  /** Deletes the file. */
  @Override
  public void close() {
    if (channel == null) {
      return;
    }
    try {
      channel.close();
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOGGER.debug("The file {} cannot be deleted", file, e);
    }
  }
}
