package dev.espalier.datasets.cifar;

import dev.espalier.datasets.internal.LimitedInputStream;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** Reads selected files from a folder or archive. */
final class CifarFiles {
  /** The published archives unpack to 178 MiB. */
  static final long ARCHIVE_LIMIT = 256L << 20;

  private final CifarFormat format;
  private final Path location;
  private final Map<String, Content> contents;

  private CifarFiles(CifarFormat format, Path location, Map<String, Content> contents) {
    this.format = format;
    this.location = location;
    this.contents = contents;
  }

  /**
   * A file that was read.
   *
   * @param place where it was, for messages
   * @param bytes its contents
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and shared on purpose
  record Content(String place, byte[] bytes) {}

  static CifarFiles read(
      CifarFormat format, Path location, List<String> dataFiles, String namesFile) {
    List<String> wanted = new ArrayList<>(dataFiles);
    wanted.add(namesFile);
    Path source = locate(format, location, dataFiles);
    Map<String, Content> contents =
        Files.isDirectory(source)
            ? readFolder(source, wanted)
            : readArchive(format, source, wanted);
    return new CifarFiles(format, source, contents);
  }

  Content required(String file) {
    Content content = contents.get(file);
    if (content == null) {
      throw missing(format, location, file);
    }
    return content;
  }

  @Nullable Content optional(String file) {
    return contents.get(file);
  }

  /** Returns the folder with the data files, or the archive. */
  private static Path locate(CifarFormat format, Path location, List<String> dataFiles) {
    if (!Files.exists(location)) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_READABLE,
          location + " does not exist.",
          "Give the folder with the files of "
              + format.title()
              + " (binary version), or the archive "
              + format.archive()
              + ".");
    }
    if (!Files.isDirectory(location)
        || dataFiles.stream().anyMatch(file -> Files.exists(location.resolve(file)))) {
      return location;
    }
    Path folder = location.resolve(format.folder());
    if (Files.isDirectory(folder)) {
      return folder;
    }
    Path archive = location.resolve(format.archive());
    return Files.isRegularFile(archive) ? archive : location;
  }

  private static Map<String, Content> readFolder(Path folder, List<String> wanted) {
    Map<String, Content> contents = new HashMap<>();
    for (String name : wanted) {
      Path file = folder.resolve(name);
      if (!Files.exists(file)) {
        continue;
      }
      try {
        contents.put(name, new Content(file.toString(), Files.readAllBytes(file)));
      } catch (IOException e) {
        throw new EspalierException(
            ErrorCode.FILE_NOT_READABLE,
            file + " cannot be read: " + reason(e) + ".",
            "Check that it is a file and that you may read it.",
            e);
      }
    }
    return contents;
  }

  /**
   * Reads files from the archive into memory. Nothing is written to disk, so only the last element
   * of an entry's path is compared with the wanted names. The archive is read to its end, because
   * the checksum comes last.
   */
  private static Map<String, Content> readArchive(
      CifarFormat format, Path archive, List<String> wanted) {
    Map<String, Content> contents = new HashMap<>();
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
        InputStream unpacked =
            new LimitedInputStream(new GZIPInputStream(file, 1 << 16), ARCHIVE_LIMIT);
        TarArchiveInputStream tar = new TarArchiveInputStream(unpacked)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String path = entry.getName();
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (!isPlainFile(entry) || !wanted.contains(name)) {
          continue;
        }
        if (entry.isSparse()) {
          // A few bytes could represent gigabytes of zeros, beyond the limit on unpacked data.
          throw new IOException("its entry " + name + " is a sparse file");
        }
        Content previous =
            contents.put(name, new Content(name + " in " + archive, tar.readAllBytes()));
        if (previous != null) {
          throw new IOException("it holds " + name + " twice");
        }
      }
      drain(unpacked);
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_FILE,
          archive + " cannot be read as a tar.gz archive: " + reason(e) + ".",
          "Download " + format.archive() + " again, or give the folder with its unpacked files.",
          e);
    }
    return contents;
  }

  private static boolean isPlainFile(TarArchiveEntry entry) {
    // isFile() also holds for links and devices.
    return entry.isFile()
        && !entry.isSymbolicLink()
        && !entry.isLink()
        && !entry.isCharacterDevice()
        && !entry.isBlockDevice()
        && !entry.isFIFO();
  }

  private static void drain(InputStream stream) throws IOException {
    byte[] buffer = new byte[1 << 14];
    while (stream.read(buffer) >= 0) {
      // Only the checks matter.
    }
  }

  private static String reason(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private static EspalierException missing(CifarFormat format, Path location, String file) {
    return new EspalierException(
        ErrorCode.FILE_NOT_READABLE,
        "There is no " + file + " in " + location + ".",
        "Give the folder with the files of "
            + format.title()
            + " (binary version), or the archive "
            + format.archive()
            + ".");
  }
}
