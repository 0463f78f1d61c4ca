package dev.espalier.cli.run;

import dev.espalier.callback.TrainingControl;
import dev.espalier.cli.text.CommandText;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import dev.espalier.report.RunRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one training: created, locked and tested for writing before the training, filled
 * after it. Closing it releases the lock. If nothing was written, because the training could not
 * start, the folder is then deleted with the parent folders that were created for it.
 */
public final class RunFolder implements AutoCloseable {
  /** The parent folder of runs without {@code --output}. */
  static final Path RUNS = Path.of("runs");

  private static final String MODEL_ENDING = ".safetensors";
  private static final String CHECKPOINT = "checkpoint-";
  private static final String PREVIOUS = ".previous";
  private static final String PART = ".part";
  private static final String SUMMARY = "summary.md";

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmm", Locale.ROOT);

  private final Path path;
  private final RunLock lock;
  private final String command;

  /** What to remove if nothing is written, the innermost first; null for a run that goes on. */
  private final @Nullable List<Path> made;

  private RunFolder(Path path, RunLock lock, String command, @Nullable List<Path> made) {
    this.path = path;
    this.lock = lock;
    this.command = command;
    this.made = made;
  }

  Path path() {
    return path;
  }

  /**
   * Creates the folder. Results of other runs are never touched: a folder named by the user must be
   * new or empty, and a generated name gets a number if it exists. Leftovers of a run that was
   * killed before it started are ignored.
   *
   * @param command that starts the run, such as {@code fine-tune}
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE}
   */
  static RunFolder create(
      @Nullable Path wanted, Path parent, String modelName, String command, Clock clock) {
    try {
      List<Path> made = new ArrayList<>(missing(wanted == null ? parent : wanted));
      Path path =
          wanted == null
              ? numbered(parent, modelName, LocalDateTime.now(clock))
              : Files.createDirectories(wanted);
      if (wanted == null) {
        made.add(0, path);
      }
      requireEmpty(path);
      return locked(
          path,
          command,
          made,
          folder -> {
            requireEmpty(path); // another run may have just started there
            folder.lock.startedBy(command);
          });
    } catch (IOException e) {
      throw notWritable(wanted == null ? parent : wanted, e);
    }
  }

  /** Returns which of a folder and those around it do not exist, the innermost first. */
  private static List<Path> missing(Path folder) {
    return Stream.<Path>iterate(folder.toAbsolutePath(), Objects::nonNull, Path::getParent)
        .takeWhile(one -> Files.notExists(one, LinkOption.NOFOLLOW_LINKS))
        .toList();
  }

  /** Prepares a folder as soon as it is locked. */
  private interface Preparation {
    void prepare(RunFolder folder) throws IOException;
  }

  private static RunFolder locked(
      Path path, String command, @Nullable List<Path> made, Preparation preparation)
      throws IOException {
    RunFolder folder = new RunFolder(path, RunLock.on(path), command, made);
    try {
      preparation.prepare(folder);
      folder.deleteLeftovers();
      return folder;
    } catch (IOException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private static void requireEmpty(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      if (files.allMatch(file -> isLock(file) || isLeftover(file))) {
        return;
      }
    }
    boolean goesOn = Files.exists(path.resolve(RunLock.FILE)) || !checkpoints(path).isEmpty();
    throw new EspalierException(
        ErrorCode.FILE_NOT_WRITABLE,
        "The output folder "
            + path
            + (goesOn ? " holds a run that is not complete." : " is not empty."),
        goesOn
            ? "Resume it with "
                + OutputOptions.RESUME
                + " "
                + path
                + ", name a new folder, or delete this one."
            : "Name a new folder, or leave --output out: results of another run are not"
                + " overwritten.");
  }

  private static boolean isLock(Path file) {
    return file.getFileName().toString().equals(RunLock.FILE);
  }

  /** Returns whether a file is a temporary file of a killed process. */
  private static boolean isLeftover(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(".")
        && name.endsWith(PART)
        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  /** The lock guarantees that nobody else writes here. */
  private void deleteLeftovers() throws IOException {
    List<Path> leftovers;
    try (Stream<Path> files = Files.list(path)) {
      leftovers = files.filter(RunFolder::isLeftover).toList();
    }
    for (Path leftover : leftovers) {
      Files.deleteIfExists(leftover);
    }
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

  private static EspalierException notWritable(Path path, IOException cause) {
    return new EspalierException(
        ErrorCode.FILE_NOT_WRITABLE,
        "The output folder " + path + " cannot be written: " + FailureReason.ofWriting(cause) + ".",
        "Name a folder that you may write to with --output.",
        cause);
  }

  /**
   * Opens the folder of an interrupted run.
   *
   * @param command that resumes it
   * @param phases of the command
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if the run was not interrupted, or
   *     was started by another command; {@link ErrorCode#FILE_NOT_WRITABLE} if another process uses
   *     the folder
   */
  static RunFolder interrupted(Path path, String command, List<String> phases) {
    requireInterrupted(path);
    try {
      return locked(
          path,
          command,
          null,
          folder -> {
            requireInterrupted(path); // it may have been completed since the first check
            folder.requireStartedBy(phases);
          });
    } catch (IOException e) {
      throw notWritable(path, e);
    }
  }

  /**
   * Returns the configuration file of an interrupted run.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if the run was not interrupted
   */
  static Path settingsOfInterrupted(Path path) {
    requireInterrupted(path);
    return path.resolve(Configuration.FILE_NAME);
  }

  private static void requireInterrupted(Path path) {
    if (!Files.isDirectory(path)) {
      throw notInterrupted(path, "there is no such folder");
    }
    if (!Files.isRegularFile(path.resolve(Configuration.FILE_NAME))) {
      throw notInterrupted(path, "it has no " + Configuration.FILE_NAME);
    }
    // A run that was killed before its first checkpoint starts again: only its lock exists.
    if (checkpoints(path).isEmpty()
        && (!Files.exists(path.resolve(RunLock.FILE)) || Files.exists(path.resolve(SUMMARY)))) {
      throw notInterrupted(
          path,
          Files.isRegularFile(path.resolve(SUMMARY))
              ? "the run is complete"
              : "it has no checkpoint, so nothing has been trained yet");
    }
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

  private void requireStartedBy(List<String> phases) throws IOException {
    List<Path> known = phases.stream().map(this::checkpoint).toList();
    for (Path checkpoint : checkpoints(path)) {
      if (!known.contains(checkpoint)) {
        throw startedByAnother("it has " + checkpoint);
      }
    }
    String before = lock.command();
    if (before != null && !before.equals(command)) {
      throw startedByAnother("espalier " + before);
    }
    lock.startedBy(command);
  }

  private EspalierException startedByAnother(String which) {
    return new EspalierException(
        ErrorCode.INVALID_OPTION,
        "The run in " + path + " was started by another command: " + which + ".",
        "Resume with that command: espalier train or espalier fine-tune.");
  }

  /** Returns the checkpoints in a folder, including those of which only the previous one exists. */
  private static List<Path> checkpoints(Path path) {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(CHECKPOINT))
          .map(
              name ->
                  name.endsWith(PREVIOUS)
                      ? name.substring(0, name.length() - PREVIOUS.length())
                      : name)
          .filter(name -> name.endsWith(MODEL_ENDING))
          .distinct()
          .sorted()
          .map(path::resolve)
          .toList();
    } catch (IOException e) {
      throw notWritable(path, e);
    }
  }

  /** Returns the checkpoint file of a phase, which exists until the run is complete. */
  Path checkpoint(String phase) {
    return path.resolve(CHECKPOINT + phase + MODEL_ENDING);
  }

  /** Deletes the files that only an interrupted run needs. */
  void deleteCheckpoints() {
    try {
      for (Path checkpoint : checkpoints(path)) {
        Files.deleteIfExists(checkpoint);
        Files.deleteIfExists(TrainingControl.previousCheckpoint(checkpoint));
      }
      lock.delete();
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          "The checkpoints in " + path + " cannot be deleted: " + FailureReason.ofWriting(e) + ".",
          "The run is complete; delete " + CHECKPOINT + "* and " + RunLock.FILE + " yourself.",
          e);
    }
  }

  /** Returns the file of the model after the last epoch. */
  Path model() {
    return path.resolve("model" + MODEL_ENDING);
  }

  /** Returns the file of the model of the best epoch. */
  Path best() {
    return path.resolve("best" + MODEL_ENDING);
  }

  Path history() {
    return path.resolve("history.csv");
  }

  Path curves() {
    return path.resolve("curves.png");
  }

  Path summary() {
    return path.resolve(SUMMARY);
  }

  Path configuration() {
    return path.resolve(Configuration.FILE_NAME);
  }

  Path report() {
    return path.resolve("report.html");
  }

  Path results() {
    return path.resolve(RunRecord.FILE_NAME);
  }

  /** Returns the command that repeats the run, in another folder. */
  String repeatingCommand() {
    return CommandText.repeating(command, configuration());
  }

  /** Writes a text file in this folder, atomically. */
  void write(Path file, String text) {
    try {
      Path beside = file.resolveSibling("." + file.getFileName() + PART);
      Files.deleteIfExists(beside); // a link would be followed
      Files.writeString(beside, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          "The file " + file + " cannot be written: " + FailureReason.ofWriting(e) + ".",
          "Check the space on its disk.",
          e);
    }
  }

  @Override
  public void close() {
    try {
      List<Path> removed = made;
      if (removed == null || !isUnused()) {
        lock.close();
        return;
      }
      lock.delete();
      lock.close();
      for (Path folder : removed) {
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      lock.close(); // another run has just begun there, or what is left may not be deleted
    }
  }

  private boolean isUnused() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.allMatch(RunFolder::isLock);
    }
  }
}
