package dev.espalier.training;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import dev.espalier.error.NearestNames;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a training, epoch by epoch. Immutable.
 *
 * @param epochs in the order in which they ran
 * @param stopReason why training ended before its last epoch, or null if it did not
 */
public record History(List<Epoch> epochs, @Nullable String stopReason) {
  /** Copies the list. */
  public History {
    epochs = List.copyOf(epochs);
  }

  /**
   * The metrics of one epoch.
   *
   * @param index counted from 0
   * @param values by name, in the order of the logs; there are no {@code val_} values in an epoch
   *     without validation
   */
  public record Epoch(int index, Map<String, Double> values) {
    /** Copies the map. */
    public Epoch {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /** Returns the names of all metrics, in the order in which they first appeared. */
  public Set<String> keys() {
    Set<String> keys = new LinkedHashSet<>();
    epochs.forEach(epoch -> keys.addAll(epoch.values().keySet()));
    return Collections.unmodifiableSet(keys);
  }

  /**
   * Returns the values of a metric in all epochs that have it, as in Keras.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME} if no epoch has it
   */
  public List<Double> values(String key) {
    List<Double> values = new ArrayList<>();
    for (Epoch epoch : epochs) {
      Double value = epoch.values().get(key);
      if (value != null) {
        values.add(value);
      }
    }
    if (values.isEmpty()) {
      throw NearestNames.unknown(ErrorCode.UNKNOWN_NAME, "metric", key, keys());
    }
    return List.copyOf(values);
  }

  /**
   * Returns the value of a metric in the last epoch that has it.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME} if no epoch has it
   */
  public double last(String key) {
    List<Double> values = values(key);
    return values.get(values.size() - 1);
  }

  /** Returns this history followed by that of a later training of the same model. */
  public History then(History later) {
    List<Epoch> all = new ArrayList<>(epochs);
    all.addAll(later.epochs);
    return new History(all, later.stopReason);
  }

  /**
   * Returns a table with a line of names and a line for each epoch: {@code epoch}, counted from 0,
   * then the metrics in alphabetical order. A missing value is {@code NA}; numbers are written as
   * Python does, {@code nan} and {@code inf} too.
   */
  public String toCsv() {
    Set<String> names = new TreeSet<>(keys());
    StringBuilder csv = new StringBuilder("epoch");
    names.forEach(name -> csv.append(',').append(name));
    csv.append('\n');
    for (Epoch epoch : epochs) {
      csv.append(epoch.index());
      for (String name : names) {
        Double value = epoch.values().get(name);
        csv.append(',').append(value == null ? "NA" : number(value));
      }
      csv.append('\n');
    }
    return csv.toString();
  }

  /**
   * Writes {@link #toCsv()} to a file. Its folder is created; a file that is there is replaced only
   * by a complete one.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE} if that fails
   */
  public void writeCsv(Path file) {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    try {
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Path beside = target.resolveSibling(target.getFileName() + ".part");
      Files.deleteIfExists(beside); // a link would be followed
      Files.writeString(beside, toCsv(), StandardOpenOption.CREATE_NEW);
      Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          "The history could not be written to " + file + ": " + FailureReason.ofWriting(e) + ".",
          "Give a file in a folder that you may write to.",
          e);
    }
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    double magnitude = Math.abs(value);
    if (magnitude != 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
      String[] parts = Double.toString(value).split("E", 2);
      int exponent = Integer.parseInt(parts[1]);
      String mantissa = parts[0].endsWith(".0") ? parts[0].replace(".0", "") : parts[0];
      return mantissa
          + String.format(Locale.ROOT, exponent < 0 ? "e-%02d" : "e+%02d", Math.abs(exponent));
    }
    String plain = new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }
}
