package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.activation.Activation;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.loss.Loss;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Auc;
import dev.espalier.metric.Average;
import dev.espalier.metric.Metric;
import dev.espalier.metric.MetricResult;
import dev.espalier.metric.MetricSums;
import dev.espalier.metric.Metrics;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Metrics and losses as Keras and scikit-learn compute them, on each engine: of random data with
 * ties, classes that never occur, batches of different sizes, and weights. Made by {@code
 * make_metrics.py}.
 */
@Tag("native")
@ParameterizedClass
@EnumSource(TestedEngine.class)
record KerasMetricsTest(TestedEngine tested) {
  private static final JsonObject GOLDEN = golden();
  private static final String TARGET = "target";
  private static final String PREDICTION = "prediction";
  private static final String WEIGHT = "weight";

  private static Engine engine;

  @BeforeParameterizedClassInvocation
  static void open(TestedEngine tested) {
    engine = tested.open();
  }

  @AfterParameterizedClassInvocation
  static void close() {
    engine.close();
  }

  private static JsonObject golden() {
    try (Reader reader =
        new InputStreamReader(
            KerasMetricsTest.class.getResourceAsStream("keras_metrics.json"),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double[] doubles(JsonElement array) {
    return array.getAsJsonArray().asList().stream().mapToDouble(JsonElement::getAsDouble).toArray();
  }

  /** Returns an array of rows; of whole numbers, one for each row, if the JSON has one axis. */
  private static HostArray array(JsonElement json, boolean weights) {
    double[] values = doubles(json.getAsJsonObject().get("values"));
    int[] shape =
        Arrays.stream(doubles(json.getAsJsonObject().get("shape")))
            .mapToInt(n -> (int) n)
            .toArray();
    if (shape.length == 1 && !weights) {
      return HostArray.wrapInts(
          Shape.of(shape), Arrays.stream(values).mapToInt(n -> (int) n).toArray());
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return HostArray.wrap(Shape.of(shape), floats);
  }

  private static HostArray rows(HostArray all, int start, int count) {
    int row = all.elementCount() / all.shape().size(0);
    Shape shape = all.shape().with(0, count);
    if (all.type().dataType() == DataType.INT32) {
      int[] values = new int[count * row];
      Arrays.setAll(values, i -> (int) all.at(start * row + i));
      return HostArray.wrapInts(shape, values);
    }
    return HostArray.wrap(
        shape, Arrays.copyOfRange(all.toFloats(), start * row, (start + count) * row));
  }

  private static final List<Auc.Summation> SUMMATIONS = List.of(Auc.Summation.values());

  private static Map<String, Metric> metrics() {
    Map<String, Metric> metrics = new LinkedHashMap<>();
    for (Average average : Average.values()) {
      String name = average.name().toLowerCase(Locale.ROOT);
      metrics.put("precision-" + name, Metrics.precision().average(average));
      metrics.put("recall-" + name, Metrics.recall().average(average));
      metrics.put("f1-" + name, Metrics.f1Score().average(average));
      metrics.put("f2-" + name, Metrics.fBetaScore(2).average(average));
      metrics.put("f1-" + name + "-above-0.5", Metrics.f1Score().average(average).threshold(0.5));
      for (Auc.Curve curve : Auc.Curve.values()) {
        for (Auc.Summation summation : SUMMATIONS) {
          for (int thresholds : new int[] {200, 17, 2}) {
            Auc auc = curve == Auc.Curve.ROC ? Metrics.rocAuc() : Metrics.prAuc();
            String key = "auc-" + curve + "-" + summation + "-" + thresholds + "-" + name;
            metrics.put(
                key.toLowerCase(Locale.ROOT),
                auc.summation(summation).thresholds(thresholds).average(average));
          }
        }
      }
    }
    for (double threshold : new double[] {0.5, 0.25}) {
      String key = "-micro-above-" + threshold;
      metrics.put(
          "precision" + key, Metrics.precision().average(Average.MICRO).threshold(threshold));
      metrics.put("recall" + key, Metrics.recall().average(Average.MICRO).threshold(threshold));
    }
    for (int i = 0; i < 5; i++) {
      String key = "-class-" + i;
      metrics.put("precision-above-0.5" + key, Metrics.precision().threshold(0.5).ofClass(i));
      metrics.put("recall-above-0.5" + key, Metrics.recall().threshold(0.5).ofClass(i));
      metrics.put("f2-above-0.25" + key, Metrics.fBetaScore(2).threshold(0.25).ofClass(i));
    }
    metrics.put("confusion-matrix", Metrics.confusionMatrix());
    metrics.put("mean-absolute-error", Metrics.meanAbsoluteError());
    metrics.put("mean-squared-error", Metrics.meanSquaredError());
    metrics.put("root-mean-squared-error", Metrics.rootMeanSquaredError());
    metrics.put("brier-score", Metrics.brierScore());
    metrics.put("expected-calibration-error-15", Metrics.expectedCalibrationError());
    metrics.put("expected-calibration-error-8", Metrics.expectedCalibrationError().bins(8));
    return metrics;
  }

  /** Data, and what each metric gives for it. */
  private record Case(JsonObject data, Map<String, Metric> metrics) {
    private HostArray array(String key) {
      return KerasMetricsTest.array(data.get(key), key.equals(WEIGHT));
    }

    /** Returns the result of each metric over all batches. */
    Map<String, MetricResult> results(boolean weighted) {
      Ops ops = new Ops();
      Tensor target = input(ops, TARGET, array(TARGET));
      Tensor prediction = input(ops, PREDICTION, array(PREDICTION));
      Tensor weight = input(ops, WEIGHT, array(WEIGHT));
      List<Program.Output> outputs = new ArrayList<>();
      Map<String, Integer> counts = new LinkedHashMap<>();
      metrics.forEach(
          (name, metric) -> {
            List<Tensor> sums = metric.accumulate(ops, target, prediction, weight);
            counts.put(name, sums.size());
            for (int i = 0; i < sums.size(); i++) {
              outputs.add(new Program.Output(name + "/" + i, sums.get(i)));
            }
          });
      Map<String, MetricSums> total = new LinkedHashMap<>();
      int start = 0;
      try (Session session = engine.openSession(engine.devices().get(0));
          Executable executable =
              session.compile(new Program("metrics", ops.toGraph(), outputs, List.of()))) {
        for (double batch : doubles(GOLDEN.get("batches"))) {
          int size = (int) batch;
          HostArray counted = rows(array(WEIGHT), start, size);
          Map<String, HostArray> found =
              executable.run(
                  Map.of(
                      TARGET, rows(array(TARGET), start, size),
                      PREDICTION, rows(array(PREDICTION), start, size),
                      WEIGHT, weighted ? counted : HostArray.filled(counted.type(), 1)));
          counts.forEach(
              (name, count) ->
                  total.merge(
                      name,
                      MetricSums.of(
                          IntStream.range(0, count)
                              .mapToObj(i -> found.get(name + "/" + i))
                              .toList()),
                      MetricSums::plus));
          start += size;
        }
      }
      Map<String, MetricResult> results = new LinkedHashMap<>();
      metrics.forEach((name, metric) -> results.put(name, metric.result(total.get(name))));
      return results;
    }
  }

  private static Tensor input(Ops ops, String name, HostArray like) {
    return ops.input(name, like.type().withShape(like.shape().with(0, Shape.UNKNOWN)));
  }

  @Test
  void metricsOfSeveralBatchesAreThoseOfKerasAndScikitLearn() {
    Map<String, Metric> known = metrics();
    Map<String, List<JsonObject>> byCase = new LinkedHashMap<>();
    for (JsonElement element : GOLDEN.getAsJsonArray("metrics")) {
      JsonObject entry = element.getAsJsonObject();
      byCase.computeIfAbsent(entry.get("case").getAsString(), name -> new ArrayList<>()).add(entry);
    }
    int compared = 0;
    for (Map.Entry<String, List<JsonObject>> group : byCase.entrySet()) {
      Map<String, Metric> metrics = new LinkedHashMap<>();
      for (JsonObject entry : group.getValue()) {
        String name = entry.get("metric").getAsString();
        assertThat(known).containsKey(name);
        metrics.put(name, known.get(name));
      }
      JsonObject data = GOLDEN.getAsJsonObject("cases").getAsJsonObject(group.getKey());
      Case measured = new Case(data, metrics);
      Map<String, MetricResult> plain = measured.results(false);
      Map<String, MetricResult> weighted = measured.results(true);
      for (JsonObject entry : group.getValue()) {
        String name = entry.get("metric").getAsString();
        String shown = name + " of " + group.getKey();
        assertNear(shown, plain.get(name), entry.get("value"));
        assertNear(shown + ", weighted", weighted.get(name), entry.get("weighted"));
        if (entry.has("matrix")) {
          double[] matrix = doubles(entry.get("matrix"));
          for (int i = 0; i < matrix.length; i++) {
            int columns = plain.get(name).matrix().columns();
            assertThat(plain.get(name).matrix().at(i / columns, i % columns))
                .as("element %s of the matrix of %s", i, shown)
                .isCloseTo(matrix[i], within(1e-6));
          }
        }
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(120);
  }

  private static void assertNear(String what, MetricResult actual, JsonElement expected) {
    assertThat(actual.values().values().iterator().next())
        .as(what)
        .isCloseTo(expected.getAsDouble(), within(1e-6));
  }

  private static final Map<String, Loss> LOSSES =
      Map.ofEntries(
          Map.entry("mean-absolute-error", Losses.meanAbsoluteError()),
          Map.entry("hinge", Losses.hinge()),
          Map.entry("squared-hinge", Losses.squaredHinge()),
          Map.entry("categorical-hinge", Losses.categoricalHinge()),
          Map.entry("kl-divergence", Losses.klDivergence()),
          Map.entry("huber", Losses.huber()),
          Map.entry("huber-0.3", Losses.huber().delta(0.3)),
          Map.entry("log-cosh", Losses.logCosh()),
          Map.entry("poisson", Losses.poisson()),
          Map.entry("binary-focal", Losses.binaryFocalCrossentropy()),
          Map.entry(
              "binary-focal-balanced",
              Losses.binaryFocalCrossentropy().applyClassBalancing(true).alpha(0.7).gamma(1.5)),
          Map.entry(
              "binary-focal-smoothed",
              Losses.binaryFocalCrossentropy().gamma(0.5).labelSmoothing(0.2)),
          Map.entry("binary-focal-logits", Losses.binaryFocalCrossentropy().fromLogits(true)),
          Map.entry("categorical-focal", Losses.categoricalFocalCrossentropy()),
          Map.entry(
              "categorical-focal-smoothed",
              Losses.categoricalFocalCrossentropy().alpha(0.5).gamma(3).labelSmoothing(0.1)),
          Map.entry(
              "categorical-focal-classes",
              Losses.categoricalFocalCrossentropy()
                  .alpha(List.of(0.1, 0.9, 0.3, 1.0, 0.5))
                  .gamma(1.5)
                  .labelSmoothing(0.2)),
          Map.entry(
              "categorical-focal-logits", Losses.categoricalFocalCrossentropy().fromLogits(true)));

  @Test
  void lossesOfSamplesAndTheirGradientsAreThoseOfKeras() {
    HostArray inputs = array(GOLDEN.get("inputs"), false);
    for (JsonElement element : GOLDEN.getAsJsonArray("losses")) {
      JsonObject entry = element.getAsJsonObject();
      String target = entry.get("target").getAsString();
      Activation activation =
          switch (entry.get("activation").getAsString()) {
            case "sigmoid" -> Activation.SIGMOID;
            case "softmax" -> Activation.SOFTMAX;
            default -> Activation.LINEAR;
          };
      Loss loss = LOSSES.get(entry.get("loss").getAsString());
      String shown = loss + " of " + target + " and " + activation;
      HostArray known = array(GOLDEN.getAsJsonObject("targets").get(target), false);
      Ops ops = new Ops();
      Tensor x = input(ops, PREDICTION, inputs);
      Tensor losses = loss.call(ops, input(ops, TARGET, known), activation.apply(ops, x));
      assertThat(losses.type()).isEqualTo(TensorType.float32(Shape.UNKNOWN));
      Tensor gradient = ops.gradients(ops.sum(losses), List.of(x)).get(0);
      List<Program.Output> outputs =
          List.of(new Program.Output("losses", losses), new Program.Output("gradient", gradient));
      try (Session session = engine.openSession(engine.devices().get(0));
          Executable executable =
              session.compile(new Program("loss", ops.toGraph(), outputs, List.of()))) {
        Map<String, HostArray> found = executable.run(Map.of(TARGET, known, PREDICTION, inputs));
        assertNear("losses of " + shown, found.get("losses"), entry.get("values"));
        assertNear("gradient of " + shown, found.get("gradient"), entry.get("gradient"));
      }
    }
  }

  /** A power below 1 has no derivative at 0, where Keras' gradients are not numbers. */
  @Test
  void gradientsOfFocalLossesAreNumbersWhenOutputsSaturate() {
    HostArray inputs = HostArray.wrap(Shape.of(2, 2), 200, -200, -200, 200);
    HostArray known = HostArray.wrap(Shape.of(2, 2), 1, 0, 1, 0);
    Ops ops = new Ops();
    Tensor x = input(ops, PREDICTION, inputs);
    Tensor losses =
        Losses.binaryFocalCrossentropy()
            .gamma(0.5)
            .call(ops, input(ops, TARGET, known), ops.sigmoid(x));
    Tensor gradient = ops.gradients(ops.sum(losses), List.of(x)).get(0);
    List<Program.Output> outputs = List.of(new Program.Output("gradient", gradient));
    try (Session session = engine.openSession(engine.devices().get(0));
        Executable executable =
            session.compile(new Program("loss", ops.toGraph(), outputs, List.of()))) {
      HostArray found = executable.run(Map.of(TARGET, known, PREDICTION, inputs)).get("gradient");
      assertThat(found.toFloats()).containsExactly(new float[] {0, 0, -0.5f, 0.5f}, within(1e-6f));
    }
  }

  private static void assertNear(String what, HostArray actual, JsonElement expected) {
    double[] values = doubles(expected);
    assertThat(actual.elementCount()).as(what).isEqualTo(values.length);
    for (int i = 0; i < values.length; i++) {
      assertThat(actual.at(i))
          .as("element %s of the %s", i, what)
          .isCloseTo(values[i], within(1e-6 * Math.max(1, Math.abs(values[i]))));
    }
  }
}
