package dev.espalier.report;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.espalier.core.AtomicOutput;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.PrintableText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs side by side: settings that differ, results, durations. Immutable.
 *
 * @param runs by a name that tells them apart, such as that of their folder; two or more, of the
 *     same classes and metric
 */
public record RunComparison(Map<String, RunRecord> runs) {
  private static final int LONGEST_VALUE = 40;

  /** Where a run is written says nothing about it. */
  private static final Set<String> NOT_COMPARED =
      Set.of(RunSettings.OUTPUT_FOLDER.name(), RunSettings.QUIET.name());

  /**
   * Copies the map and checks that the runs can be compared.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if there are fewer than two runs;
   *     {@link ErrorCode#CLASS_MISMATCH} if two have different classes, {@link
   *     ErrorCode#INVALID_ARGUMENT} if they have different metrics
   */
  public RunComparison {
    runs = Collections.unmodifiableMap(new LinkedHashMap<>(runs));
    if (runs.size() < 2) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "There is nothing to compare with "
              + (runs.isEmpty() ? "no run." : "one run, " + runs.keySet().iterator().next() + "."),
          "Name two runs or more.");
    }
    Map.Entry<String, RunRecord> first = runs.entrySet().iterator().next();
    for (Map.Entry<String, RunRecord> other : runs.entrySet()) {
      requireSame(first, other);
    }
  }

  private static void requireSame(
      Map.Entry<String, RunRecord> one, Map.Entry<String, RunRecord> other) {
    Set<String> mine = new TreeSet<>(one.getValue().classNames());
    Set<String> others = new TreeSet<>(other.getValue().classNames());
    if (!mine.equals(others)) {
      Set<String> only = new TreeSet<>(others);
      only.removeAll(mine);
      Set<String> missing = new TreeSet<>(mine);
      missing.removeAll(others);
      String example =
          only.isEmpty()
              ? one.getKey() + " has the class " + missing.iterator().next()
              : other.getKey() + " has the class " + only.iterator().next();
      throw new EspalierException(
          ErrorCode.CLASS_MISMATCH,
          one.getKey()
              + " and "
              + other.getKey()
              + " have different classes: "
              + example
              + ", and the other run does not.",
          "Compare runs on the same data.");
    }
    if (!one.getValue().metric().equals(other.getValue().metric())) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          one.getKey()
              + " reports "
              + one.getValue().metric()
              + ", and "
              + other.getKey()
              + " reports "
              + other.getValue().metric()
              + ".",
          "Compare runs with the same metric.");
    }
  }

  /**
   * Reads and compares runs.
   *
   * @param folders of the runs; their names tell the runs apart, as far as that is possible
   * @throws EspalierException as {@link RunRecord#read} and the constructor; {@link
   *     ErrorCode#DUPLICATE_NAME} if a run is given twice
   */
  public static RunComparison of(List<Path> folders) {
    Set<Path> seen = new HashSet<>();
    Set<String> names = new HashSet<>();
    boolean ambiguous = false;
    for (Path folder : folders) {
      if (!seen.add(folder.toAbsolutePath().normalize())) {
        throw new EspalierException(
            ErrorCode.DUPLICATE_NAME,
            "The run in " + folder + " is given twice.",
            "Name each run once.");
      }
      ambiguous |= !names.add(name(folder));
    }
    Map<String, RunRecord> runs = new LinkedHashMap<>();
    for (Path folder : folders) {
      runs.put(ambiguous ? folder.toString() : name(folder), RunRecord.read(folder));
    }
    return new RunComparison(runs);
  }

  private static String name(Path folder) {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return name == null ? folder.toString() : name.toString();
  }

  /**
   * A line of the comparison.
   *
   * @param name what is compared
   * @param values of each run as people read them
   * @param best indices of the runs with the best value; none if no value is better than another
   */
  public record Row(String name, List<String> values, Set<Integer> best) {
    /** Copies the collections. */
    public Row {
      values = List.copyOf(values);
      best = Set.copyOf(best);
    }
  }

  private List<RunRecord> records() {
    return List.copyOf(runs.values());
  }

  String metric() {
    return records().get(0).metric();
  }

  /** Returns the settings that two runs or more have different values of. */
  public List<Row> differences() {
    Set<String> keys = new TreeSet<>();
    records().forEach(run -> keys.addAll(run.configuration().keySet()));
    keys.removeAll(NOT_COMPARED);
    List<Row> rows = new ArrayList<>();
    for (String key : keys) {
      List<@Nullable String> values = new ArrayList<>();
      records().forEach(run -> values.add(run.configuration().get(key)));
      if (new HashSet<>(values).size() > 1) {
        rows.add(
            new Row(
                key,
                values.stream().map(value -> value == null ? ValueText.MISSING : value).toList(),
                Set.of()));
      }
    }
    return rows;
  }

  /** Returns the results of the models to use, and the durations. */
  public List<Row> results() {
    List<Row> rows = new ArrayList<>();
    rows.add(row("run", run -> run.title()));
    rows.add(row("epochs", run -> Integer.toString(run.history().epochs().size())));
    rows.add(
        row(
            "epoch of the best model",
            run -> run.bestModel() == null ? ValueText.MISSING : "" + run.bestModel().epoch()));
    for (boolean test : new boolean[] {false, true}) {
      for (String name : names(test)) {
        rows.add(
            values(
                (test ? "test " : "validation ") + ValueText.title(name),
                name,
                run -> value(run, test, name)));
      }
    }
    String last = RunHistory.VALIDATION + metric();
    rows.add(values("last epoch, " + ValueText.title(last), metric(), run -> last(run, last)));
    rows.add(row("time", run -> ValueText.duration(run.seconds())));
    rows.add(row("time of an epoch", run -> ValueText.duration(run.history().meanSeconds())));
    return rows;
  }

  private static double value(RunRecord run, boolean test, String name) {
    EvaluatedModel model = run.bestModel();
    return model == null ? Double.NaN : test ? model.test(name) : model.validation(name);
  }

  private static double last(RunRecord run, String name) {
    List<RunHistory.Epoch> epochs = run.history().epochs();
    return epochs.isEmpty() ? Double.NaN : epochs.get(epochs.size() - 1).value(name);
  }

  /** Returns the names of the results of the models, the metric that counts first. */
  private List<String> names(boolean test) {
    Set<String> names = new LinkedHashSet<>();
    Set<String> all = new TreeSet<>();
    for (RunRecord run : records()) {
      EvaluatedModel model = run.bestModel();
      if (model != null) {
        all.addAll(test ? model.test().keySet() : model.validation().keySet());
      }
    }
    for (String first : List.of(metric(), RunHistory.LOSS)) {
      if (all.contains(first)) {
        names.add(first);
      }
    }
    names.addAll(all);
    return List.copyOf(names);
  }

  /** Returns a value of a run as text. */
  private interface Text {
    String of(RunRecord run);
  }

  private Row row(String name, Text text) {
    return new Row(name, records().stream().map(text::of).toList(), Set.of());
  }

  private Row values(String title, String name, ToDoubleFunction<RunRecord> value) {
    double[] values = records().stream().mapToDouble(value).toArray();
    Set<Integer> best = new HashSet<>();
    boolean more = ValueText.isFraction(name);
    double[] finite = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    if (finite.length > 1 && (more || name.equals(RunHistory.LOSS))) {
      double most = more ? finite[finite.length - 1] : finite[0];
      for (int i = 0; i < values.length; i++) {
        if (values[i] == most) {
          best.add(i);
        }
      }
    }
    List<String> texts = new ArrayList<>();
    for (double one : values) {
      texts.add(ValueText.value(name, one));
    }
    return new Row(title, texts, best.size() == values.length ? Set.of() : best);
  }

  /** Returns the comparison as lines for a terminal; the best of a row has a star. */
  public String text() {
    List<Row> results = results();
    List<Row> differences = differences();
    List<Row> all = new ArrayList<>(results);
    all.addAll(differences);
    int first = all.stream().mapToInt(row -> row.name().length()).max().orElse(0);
    List<String> names = List.copyOf(runs.keySet());
    int[] widths = new int[names.size()];
    for (int i = 0; i < widths.length; i++) {
      int column = i;
      widths[i] =
          Math.max(
              shown(names.get(i)).length(),
              all.stream().mapToInt(row -> cell(row, column).length()).max().orElse(0));
    }
    StringBuilder text = new StringBuilder();
    line(text, first, "", names.stream().map(RunComparison::shown).toList(), widths);
    for (Row row : results) {
      line(text, first, row.name(), cells(row), widths);
    }
    text.append('\n');
    if (differences.isEmpty()) {
      text.append("All settings are the same.\n");
    } else {
      text.append("Settings that differ\n");
      for (Row row : differences) {
        line(text, first, row.name(), cells(row), widths);
      }
    }
    return text.toString();
  }

  private static String shown(String text) {
    return PrintableText.of(text, LONGEST_VALUE);
  }

  private static String cell(Row row, int run) {
    return shown(row.values().get(run)) + (row.best().contains(run) ? " *" : "");
  }

  private static List<String> cells(Row row) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < row.values().size(); i++) {
      cells.add(cell(row, i));
    }
    return cells;
  }

  private static void line(
      StringBuilder text, int first, String name, List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder(name).append(" ".repeat(first - name.length()));
    for (int i = 0; i < cells.size(); i++) {
      line.append("  ").append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length()));
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  /** Returns the comparison as JSON: the records of the runs, and the settings that differ. */
  public String json() {
    JsonObject object = new JsonObject();
    object.addProperty("metric", metric());
    JsonArray all = new JsonArray();
    runs.forEach(
        (name, run) -> {
          JsonObject one = new JsonObject();
          one.addProperty("name", name);
          one.addProperty("title", run.title());
          one.addProperty("epochs", run.history().epochs().size());
          number(one, "seconds", run.seconds());
          EvaluatedModel model = run.bestModel();
          if (model != null) {
            one.addProperty("bestEpoch", model.epoch());
            one.add("validation", numbers(model.validation()));
            one.add("test", numbers(model.test()));
          }
          all.add(one);
        });
    object.add("runs", all);
    JsonObject settings = new JsonObject();
    for (Row row : differences()) {
      JsonArray values = new JsonArray();
      for (RunRecord run : records()) {
        values.add(run.configuration().get(row.name()));
      }
      settings.add(row.name(), values);
    }
    object.add("differences", settings);
    return new GsonBuilder()
        .setPrettyPrinting()
        .disableHtmlEscaping()
        .serializeNulls()
        .create()
        .toJson(object);
  }

  private static JsonObject numbers(Map<String, Double> values) {
    JsonObject object = new JsonObject();
    values.forEach((name, value) -> number(object, name, value));
    return object;
  }

  private static void number(JsonObject object, String name, double value) {
    if (Double.isFinite(value)) {
      object.addProperty(name, value);
    } else {
      object.add(name, JsonNull.INSTANCE);
    }
  }

  /** Returns the comparison as an HTML page, with the curves over each other. */
  public String html() {
    return new ComparisonPage(this).html();
  }

  /**
   * Writes the page, as UTF-8, creating missing folders. The file is complete or not there at all.
   *
   * @throws EspalierException {@code FILE_NOT_WRITABLE}; an existing file is unchanged
   */
  public void write(Path file) {
    byte[] bytes = html().getBytes(StandardCharsets.UTF_8);
    AtomicOutput.write(file, stream -> stream.write(bytes));
  }
}
