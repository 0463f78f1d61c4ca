package dev.espalier.cli;

import dev.espalier.core.configuration.Configuration;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folder of one training: made and tried out before the training, filled after it. */
record RunFolder(Path path) {
  /** Where runs go that the user gave no folder. */
  static final Path RUNS = Path.of("runs");

  private static final String MODEL_ENDING = ".safetensors";
  private static final String CHECKPOINT = "checkpoint-";

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmm", Locale.ROOT);

  /**
   * Makes the folder. Results of another run are never touched: a folder that the user names must
   * be new or empty, and one that is named here gets a number behind it if there is one already.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE}
   */
  static RunFolder create(@Nullable Path wanted, Path parent, String modelName, Clock clock) {
    RunFolder folder;
    try {
      folder =
          new RunFolder(
              wanted == null
                  ? numbered(parent, modelName, LocalDateTime.now(clock))
                  : given(wanted));
    } catch (IOException e) {
      Path path = wanted == null ? parent : wanted;
      throw notWritable(path, e);
    }
    folder.tryOut();
    return folder;
  }

  private static Path given(Path wanted) throws IOException {
    Files.createDirectories(wanted);
    try (Stream<Path> files = Files.list(wanted)) {
      if (files.findAny().isPresent()) {
        throw new EspalierException(
            ErrorCode.FILE_NOT_WRITABLE,
            "The output folder " + wanted + " is not empty.",
            "Name a new folder, or leave --output out: results of another run are not overwritten.");
      }
    }
    return wanted;
  }

  private static Path numbered(Path parent, String modelName, LocalDateTime now)
      throws IOException {
    Files.createDirectories(parent);
    String name = DATE.format(now) + "-" + modelName;
    for (int number = 1; ; number++) {
      try {
        return Files.createDirectory(parent.resolve(number == 1 ? name : name + "-" + number));
      } catch (FileAlreadyExistsException e) {
        if (number == 10_000) {
          throw e;
        }
      }
    }
  }

  /** Hours of training are lost if the place turns out not to be writable at their end. */
  private void tryOut() {
    try {
      Path probe = Files.createTempFile(path, ".try", "");
      Files.delete(probe);
    } catch (IOException e) {
      throw notWritable(path, e);
    }
  }

  private static EspalierException notWritable(Path path, IOException cause) {
    return new EspalierException(
        ErrorCode.FILE_NOT_WRITABLE,
        "The output folder " + path + " cannot be written: " + cause + ".",
        "Name a folder that you may write to with --output.",
        cause);
  }

  /**
   * Opens the folder of a run that was interrupted.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if it is none
   */
  static RunFolder interrupted(Path path) {
    RunFolder folder = new RunFolder(path);
    if (!Files.isDirectory(path)) {
      throw notInterrupted(path, "there is no such folder");
    }
    if (!Files.isRegularFile(folder.configuration())) {
      throw notInterrupted(path, "it has no " + Configuration.FILE_NAME);
    }
    if (folder.checkpoints().isEmpty()) {
      throw notInterrupted(
          path,
          Files.isRegularFile(folder.summary())
              ? "the run is complete"
              : "it has no checkpoint, so nothing was learned yet");
    }
    folder.tryOut();
    return folder;
  }

  private static EspalierException notInterrupted(Path path, String why) {
    return new EspalierException(
        ErrorCode.INVALID_OPTION,
        "There is no interrupted run in " + path + ": " + why + ".",
        "Name the folder of a run that was interrupted, such as runs/DATE-MODEL, or start a new one"
            + " without "
            + OutputOptions.RESUME
            + ".");
  }

  /**
   * Checks that the command that goes on is the one that began.
   *
   * @param phases of the command
   */
  void requireStartedWith(List<String> phases) {
    List<Path> known = phases.stream().map(this::checkpoint).toList();
    for (Path checkpoint : checkpoints()) {
      if (!known.contains(checkpoint)) {
        throw new EspalierException(
            ErrorCode.INVALID_OPTION,
            "The run in " + path + " was started by another command: it has " + checkpoint + ".",
            "Go on with that command: espalier train or espalier fine-tune.");
      }
    }
  }

  private List<Path> checkpoints() {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(
              file ->
                  file.getFileName().toString().startsWith(CHECKPOINT)
                      && file.getFileName().toString().endsWith(MODEL_ENDING))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw notWritable(path, e);
    }
  }

  /** Returns the checkpoint of a phase, which is there while the run is not complete. */
  Path checkpoint(String phase) {
    return path.resolve(CHECKPOINT + phase + MODEL_ENDING);
  }

  /** Deletes what only an interrupted run needs. */
  void deleteCheckpoints() {
    for (Path checkpoint : checkpoints()) {
      try {
        Files.delete(checkpoint);
      } catch (IOException e) {
        throw new EspalierException(
            ErrorCode.FILE_NOT_WRITABLE,
            "The checkpoint " + checkpoint + " cannot be deleted: " + e + ".",
            "The run is complete; delete the file yourself.",
            e);
      }
    }
  }

  Path model() {
    return path.resolve("model" + MODEL_ENDING);
  }

  Path history() {
    return path.resolve("history.csv");
  }

  Path curves() {
    return path.resolve("curves.png");
  }

  Path summary() {
    return path.resolve("summary.md");
  }

  Path configuration() {
    return path.resolve(Configuration.FILE_NAME);
  }

  /** Writes a text file of this folder; it is complete or not there. */
  void write(Path file, String text) {
    try {
      Path beside = file.resolveSibling("." + file.getFileName() + ".part");
      Files.writeString(beside, text, StandardCharsets.UTF_8);
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          "The file " + file + " cannot be written: " + e + ".",
          "Check the space on its disk.",
          e);
    }
  }
}
