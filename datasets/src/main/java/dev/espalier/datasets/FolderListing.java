package dev.espalier.datasets;

import dev.espalier.datasets.image.ImageFormat;
import dev.espalier.datasets.internal.Reason;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
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
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;

/**
 * Lists folders in an order that depends on names alone, by character code, whatever the file
 * system gives. Links are followed, but not into a folder that holds them; what is hidden is left
 * out.
 */
final class FolderListing {
  private FolderListing() {}

  /** Returns the name of a file or folder with accents written in one way (Unicode NFC). */
  static String name(Path path) {
    Path last = path.getFileName();
    return Normalizer.normalize(last == null ? "" : last.toString(), Normalizer.Form.NFC);
  }

  /** Returns the folders directly below a folder. */
  static List<Path> folders(Path parent) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(parent)) {
      for (Path child : children) {
        if (Files.isDirectory(child) && !isHidden(child)) {
          found.add(child);
        }
      }
    } catch (IOException e) {
      throw unreadable(parent, e);
    }
    found.sort(Comparator.comparing(FolderListing::name));
    return found;
  }

  /** Returns the pictures at any depth below a folder. */
  static List<Path> pictures(Path folder) {
    List<Path> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          folder,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new PictureVisitor(folder, found));
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    found.sort(FolderListing::compare);
    return found;
  }

  private static int compare(Path one, Path other) {
    int common = Math.min(one.getNameCount(), other.getNameCount());
    for (int i = 0; i < common; i++) {
      int order = name(one.getName(i)).compareTo(name(other.getName(i)));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(one.getNameCount(), other.getNameCount());
  }

  private static boolean isHidden(Path path) {
    return name(path).startsWith(".");
  }

  private static EspalierException unreadable(Path folder, IOException e) {
    return new EspalierException(
        ErrorCode.FILE_NOT_READABLE,
        "The folder " + folder + " cannot be listed: " + Reason.of(e) + ".",
        "Check that it is a folder and that you may read it.",
        e);
  }

  private static final class PictureVisitor extends SimpleFileVisitor<Path> {
    private final Path start;
    private final List<Path> found;

    PictureVisitor(Path start, List<Path> found) {
      this.start = start;
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      if (folder.equals(start)) {
        return FileVisitResult.CONTINUE;
      }
      // The walk itself notices circles below the start only.
      boolean circle =
          Files.isSymbolicLink(folder) && start.toRealPath().startsWith(folder.toRealPath());
      return isHidden(folder) || circle ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (!isHidden(file) && isPicture(file, attributes)) {
        found.add(file);
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
     * By its name, so that damaged pictures are reported; else by its first bytes, so that pictures
     * without an extension, or with a foreign one, are found.
     */
    private static boolean isPicture(Path file, BasicFileAttributes attributes) {
      if (ImageFormat.isNamedLikeOne(file)) {
        return true;
      }
      if (!attributes.isRegularFile()) {
        return false;
      }
      try (InputStream stream = Files.newInputStream(file)) {
        return ImageFormat.of(stream.readNBytes(ImageFormat.SIGNATURE_LENGTH)) != null;
      } catch (IOException e) {
        return false; // nothing says that it is one
      }
    }
  }
}
