package dev.espalier.engine.tensorflow;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder into which the libraries of a {@link NativeArtifact} are unpacked, once for all
 * processes of a user. A folder appears by an atomic move, complete; its manifest lets a damaged
 * one be noticed without reading hundreds of megabytes. Several processes and threads may ask at
 * once.
 */
final class NativeLibrary {
  private static final Logger LOGGER = LoggerFactory.getLogger(NativeLibrary.class);
  private static final String MANIFEST = "manifest.txt";

  private final NativeArtifact artifact;
  private final Path parent;
  private final Path folder;

  /**
   * Describes where an artifact is unpacked.
   *
   * @param cache the cache folder of Espalier
   */
  NativeLibrary(NativeArtifact artifact, Path cache) {
    this.artifact = artifact;
    this.parent = cache.resolve("tensorflow").toAbsolutePath();
    this.folder = parent.resolve(artifact.version() + "-" + artifact.fingerprint());
  }

  /** Returns the folder with all library files, unpacking them if need be. */
  Path unpack() {
    if (isComplete()) {
      return folder;
    }
    try {
      Files.createDirectories(parent);
      Path lockFile = parent.resolve(folder.getFileName() + ".lock");
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = lock(channel)) {
        // Another process may have done it while this one waited.
        if (lock.isValid() && !isComplete()) {
          removeLeftovers();
          unpackLocked();
        }
      }
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          "TensorFlow's libraries cannot be unpacked into the folder " + parent + " (" + e + ").",
          "Make it writable with 700 MB free, or name another folder with the engine option "
              + "\"cache-folder\" or the environment variable ESPALIER_CACHE.",
          e);
    }
    return folder;
  }

  private static FileLock lock(FileChannel channel) throws IOException {
    while (true) {
      try {
        return channel.lock();
      } catch (OverlappingFileLockException e) {
        // Another thread of this process holds it: such locks are per process and do not wait.
        try {
          Thread.sleep(20);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw new IOException(
              "interrupted while another thread unpacked the libraries", interrupted);
        }
      }
    }
  }

  private void unpackLocked() throws IOException {
    LOGGER.info("Unpacking {} into {}, once", artifact.coordinates(), folder);
    Path temporary = parent.resolve(folder.getFileName() + temporarySuffix());
    try {
      Files.createDirectory(temporary);
      for (NativeArtifact.Entry entry : artifact.entries()) {
        copy(entry, temporary.resolve(entry.fileName()));
      }
      Files.writeString(temporary.resolve(MANIFEST), manifest());
      if (Files.exists(folder)) {
        LOGGER.warn("The folder {} is damaged and is replaced", folder);
        Files.move(folder, parent.resolve(folder.getFileName() + temporarySuffix()));
      }
      Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      removeLeftovers();
    }
  }

  private static String temporarySuffix() {
    return ".tmp-" + UUID.randomUUID();
  }

  private static void copy(NativeArtifact.Entry entry, Path target) throws IOException {
    CRC32 crc = new CRC32();
    URLConnection connection = entry.url().openConnection();
    connection.setUseCaches(false);
    try (InputStream in = new CheckedInputStream(connection.getInputStream(), crc);
        OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
      in.transferTo(out);
    }
    if (crc.getValue() != entry.crc()) {
      throw new IOException("the checksum of " + entry.url() + " is wrong: the jar is damaged");
    }
  }

  private String manifest() {
    StringBuilder text = new StringBuilder(artifact.coordinates()).append('\n');
    for (NativeArtifact.Entry entry : artifact.entries()) {
      text.append(entry.fileName())
          .append(' ')
          .append(entry.size())
          .append(' ')
          .append(Long.toHexString(entry.crc()))
          .append('\n');
    }
    return text.toString();
  }

  /** Returns whether the manifest is that of the artifact and every file has its size. */
  private boolean isComplete() {
    try {
      Path manifest = folder.resolve(MANIFEST);
      if (!Files.isRegularFile(manifest)
          || !Files.readString(manifest, StandardCharsets.UTF_8).equals(manifest())) {
        return false;
      }
      for (NativeArtifact.Entry entry : artifact.entries()) {
        if (Files.size(folder.resolve(entry.fileName())) != entry.size()) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      LOGGER.debug("The folder {} cannot be read", folder, e);
      return false;
    }
  }

  /** Deletes what killed processes left behind; only called under the lock. */
  private void removeLeftovers() throws IOException {
    try (DirectoryStream<Path> leftovers =
        Files.newDirectoryStream(parent, folder.getFileName() + ".tmp-*")) {
      for (Path leftover : leftovers) {
        delete(leftover);
      }
    }
  }

  private static void delete(Path root) {
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
            public FileVisitResult postVisitDirectory(
                Path directory, @org.jspecify.annotations.Nullable IOException e)
                throws IOException {
              Files.delete(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // On some systems files in use cannot be deleted; the next unpacking tries again.
      LOGGER.debug("The folder {} cannot be deleted yet", root, e);
    }
  }
}
