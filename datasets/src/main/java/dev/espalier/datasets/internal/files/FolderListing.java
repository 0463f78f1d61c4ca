package dev.espalier.datasets.internal.files;

import dev.espalier.datasets.image.ImageFormat;
import dev.espalier.datasets.image.UnsupportedFormat;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import dev.espalier.error.FileNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Lists folders in an order that depends only on names, by character code, on every file system.
 * Links are followed, except into a folder that contains them; hidden files, and those that
 * operating systems and archive tools add, are left out.
 */
public final class FolderListing {
  /** Names, in lower case, that archive tools, network drives and operating systems add. */
  private static final Set<String> ADDED =
      Set.of(
          "__macosx",
          "@eadir",
          "#recycle",
          "@recycle",
          "$recycle.bin",
          "system volume information",
          "lost+found",
          "__pycache__",
          "thumbs.db",
          "desktop.ini");

  private FolderListing() {}

  /**
   * The images at any depth below a folder.
   *
   * @param images images in supported formats, in order
   * @param unsupported images in unsupported formats, in order
   */
  public record Content(List<Path> images, Map<Path, UnsupportedFormat> unsupported) {}

  /** Returns the name of a file or folder in Unicode normalization form C. */
  public static String name(Path path) {
    Path last = path.getFileName();
    return Normalizer.normalize(last == null ? "" : last.toString(), Normalizer.Form.NFC);
  }

  /** Returns the folders directly below a folder. */
  public static List<Path> folders(Path parent) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(parent)) {
      for (Path child : children) {
        if (Files.isDirectory(child) && !isHidden(child)) {
          found.add(FileNames.decoded(child));
        }
      }
    } catch (IOException e) {
      throw unreadable(parent, e);
    }
    found.sort(Comparator.comparing(FolderListing::name));
    return found;
  }

  /** Returns the images at any depth below a folder, including those in unsupported formats. */
  public static Content content(Path folder) {
    return content(folder, Integer.MAX_VALUE);
  }

  /** Returns the images directly in a folder. */
  public static List<Path> looseImages(Path folder) {
    return content(folder, 1).images();
  }

  /**
   * Returns the format of a file whose name and contents are those of an unsupported image format.
   */
  public static @Nullable UnsupportedFormat unsupported(Path file) {
    UnsupportedFormat named = UnsupportedFormat.named(file);
    boolean read =
        named == null
            || ImageFormat.isNamedLikeOne(file)
            || (named != UnsupportedFormat.RAW && ImageFormat.of(head(file)) != null);
    return read ? null : named;
  }

  /**
   * Returns the first bytes of a file, as many as it takes to tell its format; none if they cannot
   * be read: then nothing says that it is an image.
   */
  public static byte[] head(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      return stream.readNBytes(ImageFormat.SIGNATURE_LENGTH);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  private static Content content(Path folder, int depth) {
    List<Path> found = new ArrayList<>();
    Map<Path, UnsupportedFormat> unsupported = new TreeMap<>(FolderListing::compare);
    try {
      Files.walkFileTree(
          folder,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          depth,
          new ImageVisitor(folder, found, unsupported));
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    return new Content(sorted(found), unsupported);
  }

  /** Returns files in the order of {@link #compare}, with the names of each normalized once. */
  private static List<Path> sorted(List<Path> files) {
    return files.stream()
        .map(Named::new)
        .sorted((one, other) -> Arrays.compare(one.names, other.names))
        .map(named -> named.path)
        .toList();
  }

  private static final class Named {
    private final Path path;
    private final String[] names;

    Named(Path path) {
      this.path = path;
      this.names = names(path);
    }
  }

  private static int compare(Path one, Path other) {
    return Arrays.compare(names(one), names(other));
  }

  private static String[] names(Path path) {
    return IntStream.range(0, path.getNameCount())
        .mapToObj(i -> name(path.getName(i)))
        .toArray(String[]::new);
  }

  private static boolean isHidden(Path path) {
    String name = name(path);
    return name.startsWith(".") || ADDED.contains(name.toLowerCase(Locale.ROOT));
  }

  private static EspalierException unreadable(Path folder, IOException e) {
    return new EspalierException(
        ErrorCode.FILE_NOT_READABLE,
        "The folder " + folder + " cannot be listed: " + FailureReason.of(e) + ".",
        "Check that it is a folder and that you may read it.",
        e);
  }

  private static final class ImageVisitor extends SimpleFileVisitor<Path> {
    private final Path start;
    private final List<Path> found;
    private final Map<Path, UnsupportedFormat> unsupported;

    ImageVisitor(Path start, List<Path> found, Map<Path, UnsupportedFormat> unsupported) {
      this.start = start;
      this.found = found;
      this.unsupported = unsupported;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      if (folder.equals(start)) {
        return FileVisitResult.CONTINUE;
      }
      // The walk itself only detects cycles below the start.
      boolean circle =
          Files.isSymbolicLink(folder) && start.toRealPath().startsWith(folder.toRealPath());
      return isHidden(folder) || circle ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (!isHidden(file)) {
        visit(file, attributes);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof FileSystemLoopException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }

    /**
     * A file is an image if it has the name of one, so that damaged images are reported; otherwise
     * by its first bytes, so that images without an extension, or with a wrong one, are found. Raw
     * camera files start like TIFF, but are unsupported.
     */
    private void visit(Path file, BasicFileAttributes attributes) {
      if (ImageFormat.isNamedLikeOne(file)) {
        found.add(FileNames.decoded(file));
        return;
      }
      if (!attributes.isRegularFile()) {
        return;
      }
      byte[] head = head(file);
      UnsupportedFormat named = UnsupportedFormat.named(file);
      if (named != UnsupportedFormat.RAW && ImageFormat.of(head) != null) {
        found.add(FileNames.decoded(file));
        return;
      }
      UnsupportedFormat other = named == null ? UnsupportedFormat.of(head) : named;
      if (other != null) {
        unsupported.put(file, other);
      }
    }
  }
}
