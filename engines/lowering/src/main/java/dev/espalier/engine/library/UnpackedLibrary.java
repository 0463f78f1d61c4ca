package dev.espalier.engine.library;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A native library that is unpacked from the class path into a folder, once for all processes of a
 * user, and verified before it is loaded, because loading a damaged library crashes the process.
 *
 * <p>Each start compares sizes and modification times with those of the last verification.
 * Checksums are computed only if these differ or if a process crashed while loading the library. A
 * damaged folder is replaced, and leftovers of crashed processes are deleted. A read-only folder is
 * used as long as it is intact. Several processes and threads may load concurrently.
 */
public final class UnpackedLibrary {
  private static final Logger LOGGER = LoggerFactory.getLogger(UnpackedLibrary.class);

  /** File locks are held per process, so threads of one process need a lock of their own. */
  private static final Object IN_PROCESS = new Object();

  private static final String TEMPORARY = ".tmp-";
  private static final String LOADING = ".loading-";
  private static final String LOCK = ".lock";

  /** Temporary files that DJL leaves behind if it is killed while unpacking or downloading. */
  private static final Pattern LEFT_BY_DJL = Pattern.compile("tmp\\d+|jni\\d+tmp");

  private static final Duration LONGEST_DOWNLOAD = Duration.ofDays(1);

  private final String engine;
  private final Path parent;
  private final Path folder;
  private final LibraryFolder contents;

  /**
   * Describes where to unpack a library; does not touch the disk.
   *
   * @param engine display name of the engine, such as {@code PyTorch}
   * @param folder exclusively for these files; its parent must be used by Espalier only
   * @param files of the library
   */
  public UnpackedLibrary(String engine, Path folder, List<LibraryFile> files) {
    this.engine = engine;
    this.folder = folder.toAbsolutePath();
    this.parent = java.util.Objects.requireNonNull(this.folder.getParent());
    this.contents = new LibraryFolder(this.folder, List.copyOf(files));
  }

  /**
   * Unpacks and verifies the library if necessary, then calls {@code loading} and returns its
   * result.
   *
   * @param loading loads the library from the given folder
   * @throws EspalierException {@code FILE_NOT_WRITABLE} if the library cannot be unpacked; {@code
   *     ENGINE_UNAVAILABLE} if loading it fails because it is damaged
   */
  public <T> T load(Function<Path, T> loading) {
    synchronized (IN_PROCESS) {
      if (!contents.isAsVerified() || hasLeftovers()) {
        lockAndVerify(false);
      }
      LoadingMark mark = LoadingMark.write(sibling(LOADING));
      try {
        return loading.apply(folder);
      } catch (LinkageError | RuntimeException e) {
        if (replaceIfDamaged()) {
          throw new EspalierException(
              ErrorCode.ENGINE_UNAVAILABLE,
              engine + "'s library in the folder " + folder + " was damaged and has been replaced.",
              "Start the program again.",
              e);
        }
        throw e;
      } finally {
        mark.close();
      }
    }
  }

  private boolean replaceIfDamaged() {
    if (contents.isIntact()) {
      return false;
    }
    lockAndVerify(true);
    return true;
  }

  private void lockAndVerify(boolean suspicious) {
    try {
      Files.createDirectories(parent);
      FolderLock.whileLocked(
          folder.resolveSibling(folder.getFileName() + LOCK),
          () -> {
            List<Path> marks = removeLeftovers();
            verify(suspicious || !marks.isEmpty());
            // Only now: if this process crashes before, the marks warn the next one.
            marks.forEach(UnpackedLibrary::delete);
            return folder;
          });
    } catch (IOException e) {
      if (!contents.isIntact()) {
        throw notWritable(e);
      }
      LOGGER.debug("The folder {} is intact and cannot be written", folder, e);
    }
  }

  /**
   * Checks again under the lock, because another process may have verified the folder meanwhile.
   */
  private void verify(boolean suspicious) throws IOException {
    if (!suspicious && contents.isAsVerified()) {
      return;
    }
    if (!contents.isIntact()) {
      replace();
    }
    Path temporary = sibling(TEMPORARY);
    try {
      contents.recordVerified(temporary);
    } finally {
      delete(temporary);
    }
  }

  private void replace() throws IOException {
    if (Files.exists(folder)) {
      LOGGER.warn("{}'s library in {} is damaged and is unpacked again", engine, folder);
      // Move the damaged copy away first, so that there is never more than one complete copy on
      // disk.
      Path damaged = sibling(TEMPORARY);
      Files.move(folder, damaged);
      delete(damaged);
    } else {
      LOGGER.info("Unpacking {}'s library into {}, once", engine, folder);
    }
    long free = Files.getFileStore(parent).getUsableSpace();
    if (free < contents.size()) {
      throw new IOException("only " + megabytes(free) + " MB are free");
    }
    Path temporary = sibling(TEMPORARY);
    try {
      contents.unpack(temporary);
    } finally {
      delete(temporary);
    }
  }

  private EspalierException notWritable(IOException cause) {
    String reason =
        cause.getClass() == IOException.class ? cause.getMessage() : String.valueOf(cause);
    return new EspalierException(
        ErrorCode.FILE_NOT_WRITABLE,
        engine + "'s library cannot be unpacked into the folder " + parent + " (" + reason + ").",
        "Make it writable with "
            + megabytes(contents.size())
            + " MB free, or name another folder with the engine option \"cache-folder\" or the"
            + " environment variable ESPALIER_CACHE.",
        cause);
  }

  private static long megabytes(long bytes) {
    return (bytes + 999_999) / 1_000_000;
  }

  private Path sibling(String kind) {
    return folder.resolveSibling(folder.getFileName() + kind + UUID.randomUUID());
  }

  /** Returns whether files next to the folder are, or may be, unused leftovers. */
  private boolean hasLeftovers() {
    try (DirectoryStream<Path> siblings = Files.newDirectoryStream(parent)) {
      for (Path path : siblings) {
        if (isOurs(path, TEMPORARY) || (isOurs(path, LOADING) && !FolderLock.isHeld(path))) {
          return true;
        }
      }
    } catch (IOException e) {
      LOGGER.debug("The folder {} cannot be listed", parent, e);
    }
    return false;
  }

  /**
   * Deletes leftovers of crashed processes; call it only while holding the lock.
   *
   * @return the marks of processes that crashed while loading the library
   */
  private List<Path> removeLeftovers() throws IOException {
    List<Path> marks = new ArrayList<>();
    Instant old = Instant.now().minus(LONGEST_DOWNLOAD);
    try (DirectoryStream<Path> siblings = Files.newDirectoryStream(parent)) {
      for (Path path : siblings) {
        if (isOurs(path, LOADING) && !FolderLock.isHeld(path)) {
          marks.add(path);
        } else if (isOurs(path, TEMPORARY)
            || (LEFT_BY_DJL.matcher(String.valueOf(path.getFileName())).matches()
                && Files.getLastModifiedTime(path).toInstant().isBefore(old))) {
          delete(path);
        }
      }
    }
    return marks;
  }

  private boolean isOurs(Path path, String kind) {
    return String.valueOf(path.getFileName()).startsWith(folder.getFileName() + kind);
  }

  private static void delete(Path root) {
    if (!Files.exists(root)) {
      return;
    }
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
                throws IOException {
              Files.delete(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // Some operating systems cannot delete files in use; the next start tries again.
      LOGGER.debug("{} cannot be deleted yet", root, e);
    }
  }
}
