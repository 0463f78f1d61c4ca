package dev.espalier.core.internal.file;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file atomically: to a temporary file in the same folder, which is flushed to the disk
 * and then moved into place. Whoever opens the path sees either the old or the new file, even after
 * a crash or with a full disk. Temporary files of killed processes are deleted when the same file
 * is written next. An interrupt of the thread does not prevent the file from being written.
 */
public final class AtomicFile {
  private static final String PART = ".part";

  /**
   * Distinguishes the temporary files of this process from those of others, including other
   * machines.
   */
  private static final String PROCESS = Long.toHexString(new SecureRandom().nextLong());

  private AtomicFile() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes to the channel, which the caller closes; called again if an interrupt closed the
     * channel.
     */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes a file, creating missing folders.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE}; an existing file is unchanged
   */
  public static void write(Path file, Content content) {
    write(file, null, content);
  }

  /**
   * Writes a file and keeps the previous one.
   *
   * @param previous where to keep the old file, if there is one, or null
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE}; an existing file is unchanged
   */
  static void write(Path file, @Nullable Path previous, Content content) {
    boolean interrupted = Thread.interrupted();
    try {
      while (!writeUnlessInterrupted(file, previous, content)) {
        interrupted = true;
        Thread.interrupted();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Returns whether the file was written; an interrupt closes the channel. */
  private static boolean writeUnlessInterrupted(
      Path file, @Nullable Path previous, Content content) {
    try {
      Path target = Files.isSymbolicLink(file) ? file.toRealPath() : file.toAbsolutePath();
      if (Files.exists(target) && !Files.isRegularFile(target)) {
        throw notWritable(file, "it is not a regular file", null);
      }
      Path folder = target.getParent();
      if (folder == null) {
        throw notWritable(file, "it has no folder", null);
      }
      Files.createDirectories(folder);
      removeLeftovers(target, folder);
      replace(target, previous, content);
      flushFolder(folder);
      return true;
    } catch (ClosedByInterruptException e) {
      return false;
    } catch (IOException e) {
      throw notWritable(file, FailureReason.ofWriting(e), e);
    }
  }

  private static void replace(Path target, @Nullable Path previous, Content content)
      throws IOException {
    Path beside = partOf(target);
    try (FileChannel channel = openLocked(beside)) {
      content.writeTo(channel);
      channel.force(true);
      if (previous != null && Files.exists(target)) {
        keep(target, previous);
      }
      Files.move(
          beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /**
   * Creates a file and locks it until it has been moved into place. Other processes consider an
   * unlocked file a leftover and may delete it before it is locked here.
   */
  private static FileChannel openLocked(Path beside) throws IOException {
    while (true) {
      FileChannel channel =
          FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (mayUse(channel) && Files.exists(beside)) {
        return channel;
      }
      channel.close();
      Files.deleteIfExists(beside);
    }
  }

  private static Path partOf(Path target) {
    return target.resolveSibling(
        "."
            + target.getFileName()
            + "."
            + PROCESS
            + "-"
            + Long.toHexString(ThreadLocalRandom.current().nextLong())
            + PART);
  }

  /** Locks a file; on a file system without locks, it can be used unlocked. */
  private static boolean mayUse(FileChannel channel) {
    try {
      return channel.tryLock() != null;
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * Links the old file to {@code previous} before the new one replaces it, so that there is always
   * one at the target.
   */
  private static void keep(Path target, Path previous) throws IOException {
    Path beside = partOf(previous.toAbsolutePath());
    try {
      try {
        Files.createLink(beside, target);
      } catch (IOException | UnsupportedOperationException e) {
        Files.copy(target, beside); // not every file system supports links
      }
      Files.move(
          beside, previous, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /**
   * Deletes files of processes that were killed while writing the same file. A locked file is still
   * being written. Files of this process are recognized by name instead, because opening and
   * closing one would release its lock.
   */
  private static void removeLeftovers(Path target, Path folder) throws IOException {
    String start = "." + target.getFileName() + ".";
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            folder,
            file -> {
              String name = file.getFileName().toString();
              return name.startsWith(start)
                  && name.endsWith(PART)
                  && !name.startsWith(start + PROCESS)
                  && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
            })) {
      for (Path file : files) {
        removeUnlessLocked(file);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static void removeUnlessLocked(Path file) {
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | OverlappingFileLockException e) {
      return; // in use, or deleted by someone else
    }
  }

  /**
   * Flushes the rename: on Unix, names are stored in the folder, which must be flushed like a file.
   */
  static void flushFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows cannot open folders and does not need this.
      return;
    }
  }

  private static EspalierException notWritable(Path file, String why, @Nullable Throwable cause) {
    return new EspalierException(
        ErrorCode.FILE_NOT_WRITABLE,
        "The file " + file + " cannot be written: " + why + ".",
        "Check the permissions of its folder and the space on its disk, or choose"
            + " another location.",
        cause);
  }
}
