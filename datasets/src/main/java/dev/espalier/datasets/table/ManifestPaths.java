package dev.espalier.datasets.table;

import dev.espalier.datasets.image.ImageFormat;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FileNames;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Resolves the file names of a table; the files need not exist. */
final class ManifestPaths {
  private final Path table;
  private final String ending;

  /** Whether the extension has been checked. */
  private boolean checked;

  /**
   * Prepares to resolve names.
   *
   * @param extension that the table omits, or empty
   */
  ManifestPaths(Path table, String extension) {
    this.table = table.toAbsolutePath().normalize();
    this.ending = extension.isEmpty() ? "" : "." + extension;
  }

  /** Returns whether a text looks like the name of an image. */
  boolean mayName(String text) {
    try {
      Path path = Path.of(text.replace('\\', '/').strip());
      return ImageFormat.isNamedLikeOne(path)
          || (!ending.isEmpty() && Files.exists(table.resolveSibling(path + ending)));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** Returns the file of an entry. */
  Path path(ManifestEntry entry, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_FILE,
          entry.place() + " has an invalid path: \"" + text + "\".",
          "Write it relative to the folder of the manifest.");
    }
    Path path = withoutBackslashes(text + ending);
    if (!checked) {
      checked = true;
      checkExtension(entry, text, path);
    }
    return path;
  }

  private Path withoutBackslashes(String text) {
    Path path = FileNames.resolve(folder(), text).normalize();
    // For tables from Windows; elsewhere a backslash may occur in a name, but hardly ever does.
    return text.indexOf('\\') >= 0 && !Files.exists(path)
        ? FileNames.resolve(folder(), text.replace('\\', '/')).normalize()
        : path;
  }

  /** Returns the folder of the table, absolute. */
  Path folder() {
    Path folder = table.getParent();
    return folder == null ? table : folder;
  }

  /** The first entry is representative of all others. */
  private void checkExtension(ManifestEntry entry, String text, Path path) {
    if (!ending.isEmpty() || ImageFormat.isNamedLikeOne(path) || Files.exists(path)) {
      return;
    }
    Optional<String> missing =
        Stream.of("jpg", "jpeg", "png", "JPG", "JPEG", "PNG", "webp", "tif", "tiff", "bmp", "gif")
            .filter(one -> Files.exists(path.resolveSibling(path.getFileName() + "." + one)))
            .findFirst();
    if (missing.isPresent()) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_FILE,
          entry.place()
              + " names "
              + text
              + ", which does not exist, but "
              + text
              + "."
              + missing.get()
              + " does.",
          "Set data.extension to " + missing.get() + ", or write the file names in full.");
    }
  }
}
