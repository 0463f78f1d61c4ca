package dev.espalier.core.internal.file;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
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
 * Writes a file beside its place and moves it there when it is complete and on the disk: whoever
 * opens the path sees the old file or the new one, also after a crash or with a full disk. What a
 * killed process left beside the place goes with the next file that is written there. An interrupt
 * of the thread does not keep the file from being written.
 */
public final class AtomicFile {
  private static final String PART = ".part";

  /** Tells the files of this process from those of others, on other machines too. */
  private static final String PROCESS = Long.toHexString(new SecureRandom().nextLong());

  private AtomicFile() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes to the channel, which the caller closes; done again if it was interrupted. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes a file, and the folders it is to be in if they are missing.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE}; the old file, if any, is as it
   *     was
   */
  public static void write(Path file, Content content) {
    write(file, null, content);
  }

  /**
   * Writes a file, and keeps the one that was there.
   *
   * @param previous where the old file stays, if there is one, or null
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE}; the old file, if any, is as it
   *     was
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

  /** Returns whether the file was written: an interrupt closes the channel. */
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
      flush(folder);
      return true;
    } catch (ClosedByInterruptException e) {
      return false;
    } catch (IOException e) {
      throw notWritable(file, e.toString(), e);
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
   * Creates a file with a lock, which is held until it has moved to its place: whoever finds it
   * without one takes it for a leftover, which may happen before it is locked here.
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

  /** Locks a file; one on a file system without locks may be used as it is. */
  private static boolean mayUse(FileChannel channel) {
    try {
      return channel.tryLock() != null;
    } catch (IOException e) {
      return true;
    }
  }

  /** The old file is at both places until the new one takes its own: there is always one. */
  private static void keep(Path target, Path previous) throws IOException {
    Path beside = partOf(previous.toAbsolutePath());
    try {
      try {
        Files.createLink(beside, target);
      } catch (IOException | UnsupportedOperationException e) {
        Files.copy(target, beside); // not every file system has links
      }
      Files.move(
          beside, previous, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /**
   * Removes what processes left that were killed while they wrote the same file. The lock of a
   * process that lives says that its file is none; those of this process are known by their name,
   * because to open and close one would give its lock away.
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
      return; // it is in use, or somebody else removed it
    }
  }

  /** Makes the move itself last: on Unix the name lives in the folder, which is a file too. */
  private static void flush(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows does not open folders, and needs none of this.
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
