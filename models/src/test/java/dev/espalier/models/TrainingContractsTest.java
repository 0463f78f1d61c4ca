package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.activation.Activation;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.data.Target;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Strategy;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op.Reduction;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.Variable;
import dev.espalier.layer.Concatenate;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Phase;
import dev.espalier.layer.Regularized;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Losses;
import dev.espalier.loss.SampleLosses;
import dev.espalier.metric.Evaluation;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Adam;
import dev.espalier.optimizer.GradientClipping;
import dev.espalier.optimizer.Sgd;
import dev.espalier.optimizer.WeightAveraging;
import dev.espalier.regularizer.Regularizers;
import dev.espalier.training.ClassWeights;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.FitOptions;
import dev.espalier.training.GradientAccumulation;
import dev.espalier.training.History;
import dev.espalier.training.ModelOutputs;
import dev.espalier.training.OutputObjective;
import dev.espalier.training.Step;
import dev.espalier.training.StepContext;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Weights of samples, regularizers, several outputs, and steps of other kinds, on every engine:
 * their numbers are those of Keras, which {@code make_training_contracts.py} computes.
 */
@Tag("native")
class TrainingContractsTest {
  private static final List<String> CLASSES = List.of("cat", "dog", "eel");
  private static final int[][] PIXELS = {
    {255, 0, 30}, {200, 180, 10}, {0, 90, 255}, {30, 30, 60}, {90, 240, 200}
  };
  private static final int[] LABELS = {0, 2, 1, 0, 2};
  private static final double[] SAMPLE_WEIGHTS = {1, 0.5, 2, 1, 3};
  private static final float[][] PLACES = {
    {0.5f, -1}, {1, 0.25f}, {-0.75f, 0.5f}, {0.1f, 0.2f}, {-1, -1}
  };
  private static final float[] AGES = {1.5f, 0.25f, -0.5f, 2, 0.75f};

  private static Sample sample(int index) {
    byte[] pixel = new byte[3];
    for (int c = 0; c < 3; c++) {
      pixel[c] = (byte) PIXELS[index][c];
    }
    return new Sample(Image.wrap(1, 1, 3, pixel), LABELS[index])
        .withWeight(SAMPLE_WEIGHTS[index])
        .withValue("place", HostArray.wrap(Shape.of(2), PLACES[index]))
        .withValue("age", HostArray.wrap(Shape.of(1), AGES[index]));
  }

  private static Dataset weighted() {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < LABELS.length; i++) {
      samples.add(sample(i));
    }
    return Datasets.of("animals", CLASSES, samples);
  }

  static Dataset plain() {
    return Datasets.map(weighted(), Target.classIndex(), sample -> sample.withWeight(1));
  }

  private static HostArray ramp(double scale, int... sizes) {
    Shape shape = Shape.of(sizes);
    float[] values = new float[(int) shape.elementCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (Math.sin(i * 1.7 + values.length) * 0.5 * scale);
    }
    return HostArray.wrap(shape, values);
  }

  private static Model classifier(double scale) {
    return classifier(
        scale, Dense.of(4).activation(Activation.TANH), Dense.of(3).activation(Activation.SOFTMAX));
  }

  private static Model classifier(double scale, Layer hidden, Layer head) {
    LayerOutput image = Input.named("image", 1, 1, 3);
    LayerOutput pixels = Flatten.create().on(Rescaling.of(1 / 255.0).on(image));
    LayerOutput inner = hidden.named("hidden").on(pixels);
    return Model.of(image, head.named("head").on(inner))
        .withWeights(
            Weights.of(
                Map.of(
                    "hidden/kernel",
                    ramp(scale, 3, 4),
                    "hidden/bias",
                    ramp(scale, 4),
                    "head/kernel",
                    ramp(scale, 4, 3),
                    "head/bias",
                    ramp(scale, 3))));
  }

  /** Returns on which devices to train. */
  Strategy strategy() {
    return Strategy.single();
  }

  private TrainingConfig config(Consumer<TrainingConfig.Builder> more) {
    return TrainingConfig.of(
            config ->
                config
                    .device("cpu")
                    .strategy(strategy())
                    .optimizer(Sgd.of(0.5).momentum(0.9))
                    .loss(Losses.sparseCategoricalCrossentropy()))
        .with(more);
  }

  static FitOptions fit(int batchSize, int epochs) {
    return FitOptions.of(
        fit -> fit.batchSize(batchSize).epochs(epochs).shuffle(false).verbosity(Verbosity.SILENT));
  }

  private static JsonObject expected(String name) {
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(
                TrainingContractsTest.class.getResourceAsStream("training-contracts.json")),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader)
          .getAsJsonObject()
          .getAsJsonObject("cases")
          .getAsJsonObject(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertHistory(History history, JsonObject expected) {
    JsonObject values = expected.getAsJsonObject("history");
    for (Map.Entry<String, JsonElement> entry : values.entrySet()) {
      List<Double> actual = history.values(entry.getKey());
      assertThat(actual).as(entry.getKey()).hasSize(entry.getValue().getAsJsonArray().size());
      for (int i = 0; i < actual.size(); i++) {
        double wanted = entry.getValue().getAsJsonArray().get(i).getAsDouble();
        assertThat(actual.get(i))
            .as("%s, epoch %d", entry.getKey(), i)
            .isEqualTo(wanted, near(wanted));
      }
    }
  }

  private static void assertWeights(Weights weights, JsonObject expected) {
    JsonObject values = expected.getAsJsonObject("weights");
    assertThat(weights.names()).containsExactlyInAnyOrderElementsOf(values.keySet());
    for (String name : weights.names()) {
      HostArray actual = weights.get(name);
      for (int i = 0; i < actual.elementCount(); i++) {
        double wanted = values.getAsJsonArray(name).get(i).getAsDouble();
        assertThat(actual.at(i)).as("%s[%d]", name, i).isEqualTo(wanted, near(wanted));
      }
    }
  }

  /** Steps compute with 32 bits, and each engine adds in an order of its own. */
  static Offset<Double> near(double wanted) {
    return within(5e-6 * Math.max(1, Math.abs(wanted)));
  }

  @ParameterizedTest
  @EnumSource(TestedEngine.class)
  void samplesAndClassesCountByTheirWeights(TestedEngine tested) {
    JsonObject expected = expected("weights");
    TrainingConfig config =
        config(c -> c.metrics(Metrics.accuracy(), Metrics.weighted(Metrics.accuracy())));
    try (Engine engine = tested.open();
        Trainer trainer = Trainer.of(classifier(1), config, engine)) {
      FitOptions options =
          fit(2, 3).toBuilder()
              .validation(weighted())
              .classWeights(ClassWeights.of(Map.of("dog", 2.0, "eel", 0.5)))
              .build();
      assertHistory(trainer.fit(weighted(), options), expected);
      assertWeights(trainer.weights(), expected);
    }
  }

  @ParameterizedTest
  @EnumSource(TestedEngine.class)
  void regularizersCountInTrainingAndEvaluation(TestedEngine tested) {
    JsonObject expected = expected("regularizers");
    Model model =
        classifier(
            1,
            Regularized.kernel(Dense.of(4).activation(Activation.TANH), Regularizers.l2(0.01)),
            Regularized.kernel(
                Regularized.bias(
                    Dense.of(3).activation(Activation.SOFTMAX), Regularizers.l1l2(0.03, 0.04)),
                Regularizers.l1(0.02)));
    TrainingConfig config = config(c -> c.metrics(Metrics.accuracy()));
    try (Engine engine = tested.open();
        Trainer trainer = Trainer.of(model, config, engine)) {
      assertHistory(trainer.fit(plain(), fit(2, 3)), expected);
      assertWeights(trainer.weights(), expected);
      Evaluation evaluation =
          trainer.evaluate(plain(), EvaluationOptions.of(options -> options.batchSize(2)));
      double wanted =
          expected.getAsJsonObject("evaluated").getAsJsonArray("loss").get(0).getAsDouble();
      assertThat(evaluation.loss()).isEqualTo(wanted, near(wanted));
    }
  }

  @ParameterizedTest
  @EnumSource(TestedEngine.class)
  void aModelLearnsSeveralOutputsFromAnImageAndNumbersBesideIt(TestedEngine tested) {
    JsonObject expected = expected("outputs");
    LayerOutput image = Input.named("image", 1, 1, 3);
    LayerOutput place = Input.named("place", 2);
    LayerOutput pixels = Flatten.create().on(Rescaling.of(1 / 255.0).on(image));
    LayerOutput hidden =
        Dense.of(4)
            .activation(Activation.TANH)
            .named("hidden")
            .on(Concatenate.create().on(pixels, place));
    LayerOutput kind = Dense.of(3).activation(Activation.SOFTMAX).named("kind").on(hidden);
    LayerOutput age = Dense.of(1).named("age").on(hidden);
    Map<String, HostArray> start = new LinkedHashMap<>();
    start.put("hidden/kernel", ramp(1, 5, 4));
    start.put("hidden/bias", ramp(1, 4));
    start.put("kind/kernel", ramp(1, 4, 3));
    start.put("kind/bias", ramp(1, 3));
    start.put("age/kernel", ramp(1, 4, 1));
    start.put("age/bias", ramp(1, 1));
    Model model =
        Model.of(List.of(image, place), List.of(kind, age)).withWeights(Weights.of(start));
    Map<String, Target> targets = new LinkedHashMap<>();
    targets.put("kind", Target.classIndex());
    targets.put("age", Target.numbers(1));
    Dataset data = Datasets.map(weighted(), Target.several(targets), sample -> sample);
    TrainingConfig config =
        TrainingConfig.of(
            c ->
                c.device("cpu")
                    .strategy(strategy())
                    .optimizer(Sgd.of(0.1).momentum(0.9))
                    .output(
                        "kind",
                        OutputObjective.of(Losses.sparseCategoricalCrossentropy())
                            .metrics(Metrics.accuracy()))
                    .output("age", OutputObjective.of(Losses.meanSquaredError()).weight(0.25)));
    try (Engine engine = tested.open();
        Trainer trainer = Trainer.of(model, config, engine)) {
      FitOptions options = fit(5, 4).toBuilder().validation(data).build();
      History history = trainer.fit(data, options);
      assertHistory(history, expected);
      assertWeights(trainer.weights(), expected);
      Evaluation evaluation =
          trainer.evaluate(data, EvaluationOptions.of(evaluate -> evaluate.batchSize(2)));
      assertThat(evaluation.values())
          .containsOnlyKeys("loss", "kind_loss", "kind_accuracy", "age_loss");
      assertThat(evaluation.loss()).isEqualTo(history.last("val_loss"), near(1));
      assertThat(evaluation.loss())
          .isEqualTo(evaluation.get("kind_loss") + 0.25 * evaluation.get("age_loss"), near(1));
    }
  }

  @ParameterizedTest
  @EnumSource(TestedEngine.class)
  void gradientsOfSeveralStepsMakeOneUpdate(TestedEngine tested) {
    JsonObject expected = expected("accumulation");
    TrainingConfig config =
        config(
            c ->
                c.step(new GradientAccumulation(2))
                    .gradientClipping(GradientClipping.byGlobalNorm(0.3)));
    try (Engine engine = tested.open();
        Trainer trainer = Trainer.of(classifier(1), config, engine)) {
      assertHistory(trainer.fit(plain(), fit(1, 2)), expected);
      assertWeights(trainer.weights(), expected);
    }
  }

  @ParameterizedTest
  @EnumSource(TestedEngine.class)
  void theUpdateIsTheMeanOfTheGradients(TestedEngine tested) {
    JsonObject expected = expected("accumulation unclipped");
    TrainingConfig config = config(c -> c.step(new GradientAccumulation(2)));
    try (Engine engine = tested.open();
        Trainer trainer = Trainer.of(classifier(1), config, engine)) {
      assertHistory(trainer.fit(plain(), fit(1, 2)), expected);
      assertWeights(trainer.weights(), expected);
    }
  }

  @ParameterizedTest
  @EnumSource(TestedEngine.class)
  void theAverageOfTheWeightsIsKeptBesideThem(TestedEngine tested) {
    assertAverages(
        tested, "moving average", WeightAveraging.of(Sgd.of(0.5).momentum(0.9)).momentum(0.9));
  }

  @ParameterizedTest
  @EnumSource(TestedEngine.class)
  void theAverageOverwritesTheWeightsAfterEachSoManySteps(TestedEngine tested) {
    assertAverages(
        tested,
        "moving average overwritten",
        WeightAveraging.of(Sgd.of(0.5).momentum(0.9)).momentum(0.9).overwriteFrequency(2));
  }

  private void assertAverages(TestedEngine tested, String golden, WeightAveraging optimizer) {
    JsonObject expected = expected(golden);
    TrainingConfig config = config(c -> c.optimizer(optimizer));
    try (Engine engine = tested.open();
        Trainer trainer = Trainer.of(classifier(1), config, engine)) {
      assertHistory(trainer.fit(plain(), fit(2, 3)), expected);
      Map<String, HostArray> averages = new LinkedHashMap<>();
      String ending = "/" + WeightAveraging.SLOT;
      trainer
          .optimizerSlots()
          .asMap()
          .forEach(
              (name, value) -> {
                if (name.endsWith(ending)) {
                  averages.put(name.substring(0, name.length() - ending.length()), value);
                }
              });
      assertWeights(Weights.of(averages), expected);
    }
  }

  /** Moves along the gradient at the worst point nearby (Foret et al., 2021). */
  private record SharpnessAware(double radius) implements Step {
    @Override
    public String name() {
      return "sharpness-aware";
    }

    @Override
    public void trace(StepContext step) {
      Ops ops = step.ops();
      ModelOutputs outputs = step.forward();
      SampleLosses losses = step.losses(outputs);
      step.report(outputs, losses);
      List<Variable> variables = step.trainable(losses.total());
      List<Tensor> weights = variables.stream().map(ops::read).toList();
      List<Tensor> gradients = step.gradients(losses.total(), weights);
      Tensor norm =
          ops.sqrt(
              gradients.stream()
                  .map(gradient -> ops.sum(ops.square(gradient)))
                  .reduce(ops::add)
                  .orElseThrow());
      Map<Variable, Tensor> worst = new LinkedHashMap<>();
      for (int i = 0; i < weights.size(); i++) {
        Tensor move = ops.divide(ops.multiply(gradients.get(i), radius), norm);
        worst.put(variables.get(i), ops.stopGradient(ops.add(weights.get(i), move)));
      }
      Tensor there = step.losses(step.forward(worst)).total();
      step.update(variables, step.gradients(there, List.copyOf(worst.values())));
    }
  }

  @ParameterizedTest
  @EnumSource(TestedEngine.class)
  void aStepMayCallTheModelTwiceWithOtherWeights(TestedEngine tested) {
    assertStep(tested, new SharpnessAware(0.05), "sharpness-aware");
  }

  /** Learns from what a teacher says as well (Hinton et al., 2015), at temperature 1. */
  private record Distillation(Model teacher, double alpha) implements Step {
    @Override
    public String name() {
      return "distillation";
    }

    @Override
    public List<String> logNames() {
      return List.of("distillation_loss");
    }

    @Override
    public void trace(StepContext step) {
      Ops ops = step.ops();
      ModelOutputs outputs = step.forward();
      Tensor taught = step.call("teacher", teacher, Phase.INFERENCE).single();
      Tensor logarithms =
          ops.subtract(
              ops.logSoftmax(Objects.requireNonNull(ops.logitsOf(taught))),
              ops.logSoftmax(Objects.requireNonNull(ops.logitsOf(outputs.single()))));
      Tensor soft = ops.reduce(Reduction.SUM, ops.multiply(taught, logarithms), false, -1);
      SampleLosses losses =
          step.losses(outputs)
              .times(ops, 1 - alpha)
              .plus(ops, "distillation_loss", ops.multiply(soft, alpha));
      step.report(outputs, losses);
      step.minimize(losses.total());
    }
  }

  @ParameterizedTest
  @EnumSource(TestedEngine.class)
  void aStepMayAskATeacher(TestedEngine tested) {
    Model teacher = classifier(3);
    History history = assertStep(tested, new Distillation(teacher, 0.75), "distillation");
    assertThat(history.values("distillation_loss")).hasSize(3).allMatch(loss -> loss > 0);
  }

  /** Moves the hidden layer in another way than the head. */
  private record TwoOptimizers() implements Step {
    @Override
    public String name() {
      return "two-optimizers";
    }

    @Override
    public void trace(StepContext step) {
      ModelOutputs outputs = step.forward();
      SampleLosses losses = step.losses(outputs);
      step.report(outputs, losses);
      List<Variable> variables = step.trainable(losses.total());
      List<Tensor> gradients =
          step.gradients(losses.total(), variables.stream().map(step.ops()::read).toList());
      step.update(variables.subList(0, 2), gradients.subList(0, 2));
      step.update("head", Adam.of(0.05), variables.subList(2, 4), gradients.subList(2, 4));
    }
  }

  @ParameterizedTest
  @EnumSource(TestedEngine.class)
  void aStepMayUseASecondOptimizer(TestedEngine tested) {
    TrainingConfig config = config(c -> c.optimizer(Sgd.of(0.1)).step(new TwoOptimizers()));
    assertStep(tested, config, "two optimizers");
  }

  private History assertStep(TestedEngine tested, Step step, String name) {
    return assertStep(tested, config(c -> c.step(step)), name);
  }

  private History assertStep(TestedEngine tested, TrainingConfig config, String name) {
    JsonObject expected = expected(name);
    try (Engine engine = tested.open();
        Trainer trainer = Trainer.of(classifier(1), config, engine)) {
      History history = trainer.fit(plain(), fit(5, 3));
      assertHistory(history, expected);
      assertWeights(trainer.weights(), expected);
      assertThat(trainer.weights().get("head/kernel").dataType()).isEqualTo(DataType.FLOAT32);
      return history;
    }
  }
}
