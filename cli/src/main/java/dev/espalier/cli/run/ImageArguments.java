package dev.espalier.cli.run;

import dev.espalier.datasets.image.ImageFormat;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import dev.espalier.error.FileNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The images that the arguments of a command mean. */
public final class ImageArguments {
  private ImageArguments() {}

  /**
   * Returns the image files: a folder stands for the images in it and below, a pattern such as
   * {@code photos/*.jpg} for the files that match it, sorted by name; anything else is a file, also
   * if it does not exist.
   *
   * @param list a file that names one of these per line, relative to the current folder; or null
   * @throws EspalierException {@code INVALID_OPTION} if there is no image at all, or nothing
   *     matches a pattern; {@code FILE_NOT_READABLE} for a folder or list that cannot be read
   */
  public static List<Path> expand(List<String> arguments, @Nullable Path list) {
    List<String> all = new ArrayList<>(arguments);
    if (list != null) {
      all.addAll(lines(list));
    }
    List<Path> files = new ArrayList<>();
    for (String argument : all) {
      Path path = FileNames.path(argument);
      if (Files.isDirectory(path)) {
        files.addAll(imagesIn(path));
      } else if (isPattern(argument) && !Files.exists(path)) {
        files.addAll(matching(argument));
      } else {
        files.add(path);
      }
    }
    if (files.isEmpty()) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          arguments.isEmpty() && list == null
              ? "No image was given."
              : "There are no images in " + String.join(", ", all) + ".",
          "Give image files, folders with images, patterns such as 'photos/*.jpg', or --list.");
    }
    return files;
  }

  private static List<String> lines(Path list) {
    try {
      return Files.readAllLines(list).stream().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw notReadable(list, e);
    }
  }

  private static EspalierException notReadable(Path path, IOException cause) {
    return new EspalierException(
        ErrorCode.FILE_NOT_READABLE,
        path + " cannot be read: " + FailureReason.of(cause) + ".",
        "Check that it exists and that you may read it.",
        cause);
  }

  private static boolean isPattern(String argument) {
    return argument.contains("*") || argument.contains("?") || argument.contains("{");
  }

  private static List<Path> imagesIn(Path folder) {
    return below(folder).stream()
        .filter(ImageFormat::isNamedLikeOne)
        .filter(file -> !file.getFileName().toString().startsWith("."))
        .toList();
  }

  /** Looks below the last folder before the first wildcard of the pattern. */
  private static List<Path> matching(String pattern) {
    int wildcard = 0;
    while (!isPattern(pattern.substring(wildcard, wildcard + 1))) {
      wildcard++;
    }
    int slash = pattern.lastIndexOf('/', wildcard);
    Path folder = Path.of(slash < 0 ? "" : pattern.substring(0, slash + 1));
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    List<Path> files =
        Files.isDirectory(folder)
            ? below(folder).stream().filter(matcher::matches).toList()
            : List.of();
    if (files.isEmpty()) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "No file matches " + pattern + ".",
          "* stands for any characters of a name, ** for folders too.");
    }
    return files;
  }

  private static List<Path> below(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw notReadable(folder, e);
    } catch (UncheckedIOException e) {
      throw notReadable(folder, Objects.requireNonNull(e.getCause()));
    }
  }
}
