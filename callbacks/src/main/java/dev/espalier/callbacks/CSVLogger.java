package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.callback.CallbackState;
import dev.espalier.callback.Logs;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes the values of each epoch to a table, a line for each epoch: Keras' CSVLogger.
 *
 * <pre>{@code
 * CSVLogger.to(Path.of("run", "log.csv")).separator(';')
 * }</pre>
 *
 * <p>The columns are {@code epoch}, counted from 0, and the names in the logs of the first epoch in
 * alphabetical order; if those contain no validation, a {@code val_} column for each of them.
 * {@code NA} stands for a value that an epoch does not have. Each line is written at the end of its
 * epoch. A training that resumes from a checkpoint continues the table after the line of the last
 * epoch that the checkpoint contains.
 *
 * <p>Settings are immutable: each method returns a new callback. Not for two concurrent trainings.
 */
public final class CSVLogger implements Callback {
  private static final String MISSING = "NA";
  private static final String EPOCH = "epoch";
  private static final String RATE = "learning_rate";

  private final Path file;
  private final char separator;
  private final boolean append;
  private State state = State.START;

  private CSVLogger(Path file, char separator, boolean append) {
    this.file = file;
    this.separator = separator;
    this.append = append;
  }

  /**
   * Returns the callback with commas between the columns. A file that exists is replaced.
   *
   * @param file to write, such as {@code log.csv}; its folder is created
   */
  public static CSVLogger to(Path file) {
    if (file.toString().isBlank()) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The table of CSVLogger has no name.",
          "Name a file, such as log.csv.");
    }
    return new CSVLogger(file, ',', false);
  }

  /**
   * Returns this callback with another character between the columns, such as a tab or a semicolon.
   */
  public CSVLogger separator(char value) {
    if (Character.isLetterOrDigit(value) || "._-+\"\r\n".indexOf(value) >= 0) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "CSVLogger cannot separate columns with \""
              + value
              + "\", which numbers or names contain.",
          "Give a comma, a semicolon or a tab.");
    }
    return new CSVLogger(file, value, append);
  }

  /** Returns this callback, which adds to a file that exists, or replaces it. */
  public CSVLogger append(boolean value) {
    return new CSVLogger(file, separator, value);
  }

  @Override
  public void onTrainBegin(TrainBegin event) {
    state = State.START;
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      // An unwritable path must be reported before hours have been spent.
      Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
    } catch (IOException e) {
      throw notWritable(e);
    }
  }

  @Override
  public void onEpochEnd(EpochEnd event) {
    List<String> lines = new ArrayList<>();
    List<String> columns = state.columns();
    int before = state.lines();
    try {
      if (columns == null) {
        columns = columns(event.logs());
        before = append ? Files.readAllLines(file).size() : 0;
        if (before == 0) {
          lines.add(line(EPOCH, columns));
        }
      }
      List<String> values = new ArrayList<>();
      for (String column : columns) {
        Double value = event.logs().get(column);
        values.add(value == null ? MISSING : ShortestDecimal.of(value));
      }
      lines.add(line(Integer.toString(event.epoch()), values));
      write(before, lines);
    } catch (IOException e) {
      throw notWritable(e);
    }
    state = new State(columns, before + lines.size());
  }

  private static List<String> columns(Logs logs) {
    TreeSet<String> names = new TreeSet<>(logs.asMap().keySet());
    if (names.stream().noneMatch(name -> name.startsWith("val_"))) {
      logs.asMap().keySet().stream()
          .filter(name -> !name.equals(RATE))
          .forEach(name -> names.add("val_" + name));
    }
    return List.copyOf(names);
  }

  private String line(String first, List<String> others) {
    String between = String.valueOf(separator);
    return others.isEmpty() ? first : first + between + String.join(between, others);
  }

  /**
   * Writes lines after the first {@code before}; others are of epochs that a resumed training
   * repeats.
   */
  private void write(int before, List<String> lines) throws IOException {
    List<String> kept = before == 0 ? List.of() : Files.readAllLines(file);
    if (kept.size() == before && before > 0) {
      Files.write(
          file,
          lines,
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      return;
    }
    List<String> all = new ArrayList<>(kept.subList(0, Math.min(before, kept.size())));
    all.addAll(lines);
    Files.write(file, all, StandardCharsets.UTF_8);
  }

  private EspalierException notWritable(IOException cause) {
    return new EspalierException(
        ErrorCode.FILE_NOT_WRITABLE,
        "CSVLogger cannot write " + file + ": " + FailureReason.ofWriting(cause) + ".",
        "Choose another file, or free disk space.",
        cause);
  }

  @Override
  public CallbackState state() {
    List<String> columns = state.columns();
    return columns == null
        ? CallbackState.none()
        : CallbackState.of(
            Map.of(
                "columns", String.join("\n", columns), "lines", Integer.toString(state.lines())));
  }

  @Override
  public void restoreState(CallbackState before) {
    String columns = before.text("columns");
    state =
        columns == null
            ? State.START
            : new State(
                columns.isEmpty() ? List.of() : List.of(columns.split("\n")),
                before.wholeNumber("lines"));
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return "CSVLogger[file=" + file + ", separator=" + separator + ", append=" + append + "]";
  }

  /**
   * The state between epochs.
   *
   * @param columns after the first, or null before the first epoch
   * @param lines in the file
   */
  private record State(@Nullable List<String> columns, int lines) {
    private static final State START = new State(null, 0);
  }
}
