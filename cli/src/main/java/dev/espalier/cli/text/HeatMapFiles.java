package dev.espalier.cli.text;

import dev.espalier.data.Image;
import dev.espalier.datasets.image.ImageEncoder;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import dev.espalier.error.FileNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Writes heat maps into a folder, each under the name of its image and class. */
public final class HeatMapFiles {
  private final Path folder;
  private final Set<Path> written = new HashSet<>();

  private HeatMapFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * Returns the files in a folder, which is created.
   *
   * @throws EspalierException {@code FILE_NOT_WRITABLE}
   */
  public static HeatMapFiles into(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw notWritable(folder, e);
    }
    return new HeatMapFiles(folder);
  }

  private static EspalierException notWritable(Path path, IOException cause) {
    return new EspalierException(
        ErrorCode.FILE_NOT_WRITABLE,
        path + " cannot be written: " + FailureReason.of(cause) + ".",
        "Give --explain another folder.",
        cause);
  }

  /** Writes {@code NAME-CLASS.png}; of images with one name in several folders, all are kept. */
  public void write(Path image, String className, Image drawn) {
    String name = String.valueOf(image.getFileName());
    int dot = name.lastIndexOf('.');
    String start =
        (dot > 0 ? name.substring(0, dot) : name) + "-" + className.replaceAll("[^\\w.-]+", "_");
    Path file = FileNames.resolve(folder, start + ".png");
    for (int i = 2; !written.add(file); i++) {
      file = FileNames.resolve(folder, start + "-" + i + ".png");
    }
    try {
      Files.write(file, ImageEncoder.png(drawn));
    } catch (IOException e) {
      throw notWritable(file, e);
    }
  }
}
