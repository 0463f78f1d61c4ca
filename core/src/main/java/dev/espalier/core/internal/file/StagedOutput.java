package dev.espalier.core.internal.file;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a new file or folder, which appears when it is complete: inside of a hidden folder beside
 * it, whose content is flushed to the disk and then moved into place. Hidden folders of killed
 * processes are deleted when the same target is written next; that of a living process is locked.
 */
public final class StagedOutput {
  private static final String PART = ".part";
  private static final String LOCK = ".lock";

  /**
   * Begins the names of the hidden folders of this process, which are not probed for locks: to
   * close a file releases all locks that the process has on it.
   */
  private static final String PROCESS = UUID.randomUUID() + "-";

  private StagedOutput() {}

  /** Writes the content of a file or folder. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes it.
     *
     * @param staged does not exist; has the name of the target
     */
    void writeTo(Path staged) throws IOException;
  }

  /**
   * Writes a file or folder, creating missing folders above it.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE} if it exists or cannot be
   *     written; {@link ErrorCode#INTERRUPTED} if an interrupt ended it
   */
  public static void write(Path given, Content content) {
    Path target = given.toAbsolutePath();
    Path folder = target.getParent();
    Path name = target.getFileName();
    if (folder == null || name == null) {
      throw notWritable(given, "it has no folder", null);
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          given + " exists already.",
          "Choose another location, or delete it first.");
    }
    try {
      Files.createDirectories(folder);
      removeLeftovers(folder, name);
      stage(folder, name, content);
    } catch (ClosedByInterruptException e) {
      throw new EspalierException(
          ErrorCode.INTERRUPTED,
          "The thread was interrupted while it wrote " + given + ".",
          "Nothing was written; write it again.",
          e);
    } catch (IOException e) {
      throw notWritable(given, FailureReason.ofWriting(e), e);
    }
  }

  private static void stage(Path folder, Path name, Content content) throws IOException {
    Path stage = folder.resolve(start(name) + PROCESS + UUID.randomUUID() + PART);
    Files.createDirectory(stage);
    try {
      Path staged = stage.resolve(name);
      FileChannel lock = lockOf(stage);
      try {
        content.writeTo(staged);
        flush(staged);
        Files.move(staged, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        lock.close();
      }
    } finally {
      delete(stage);
    }
    AtomicFile.flushFolder(folder);
  }

  private static String start(Path name) {
    return "." + name + ".";
  }

  /** Locks a stage until the channel is closed; on a file system without locks, it has none. */
  private static FileChannel lockOf(Path stage) throws IOException {
    // Written to before it has its final name, so that whoever sees it sees it locked.
    Path beside = stage.resolve(LOCK + PART);
    FileChannel channel =
        FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      channel.tryLock();
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      return channel;
    }
    Files.move(beside, stage.resolve(LOCK));
    return channel;
  }

  private static void removeLeftovers(Path folder, Path name) throws IOException {
    try (DirectoryStream<Path> stages =
        Files.newDirectoryStream(
            folder,
            path -> {
              String one = path.getFileName().toString();
              return one.startsWith(start(name))
                  && one.endsWith(PART)
                  && !one.startsWith(start(name) + PROCESS)
                  && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
            })) {
      for (Path stage : stages) {
        removeUnlessLocked(stage);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static void removeUnlessLocked(Path stage) {
    try (FileChannel channel =
        FileChannel.open(
            stage.resolve(LOCK), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      if (channel.tryLock() == null) {
        return;
      }
    } catch (IOException | OverlappingFileLockException e) {
      return; // still being written, or deleted by someone else
    }
    try {
      delete(stage);
    } catch (IOException e) {
      return; // the next export tries again
    }
  }

  private static void delete(Path stage) throws IOException {
    List<Path> all;
    try (Stream<Path> paths = Files.walk(stage)) {
      all = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }

  private static void flush(Path staged) throws IOException {
    List<Path> files;
    try (Stream<Path> paths = Files.walk(staged)) {
      files = paths.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
  }

  private static EspalierException notWritable(Path target, String why, @Nullable Throwable cause) {
    return new EspalierException(
        ErrorCode.FILE_NOT_WRITABLE,
        target + " cannot be written: " + why + ".",
        "Check the permissions of its folder and the space on its disk, or choose"
            + " another location.",
        cause);
  }
}
