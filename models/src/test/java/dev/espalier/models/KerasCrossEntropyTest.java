package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.engine.Engine;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Reshape;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Loss;
import dev.espalier.loss.Losses;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Cross-entropy of outputs that saturate, on each engine: evaluated, trained for five steps and
 * evaluated again as Keras 3.15.1 on TensorFlow does it (make_cross_entropy.py). Images, labels and
 * initial weights follow from their index, here as there; the head's kernel is so large that most
 * outputs are 0 or 1.
 */
@Tag("native")
@ParameterizedClass
@EnumSource(TestedEngine.class)
record KerasCrossEntropyTest(TestedEngine tested) {
  private static final int STEPS = 5;
  private static final int BATCH = 4;
  private static final int PIXELS = 2 * 2 * 3;
  private static final int CLASSES = 3;
  private static final int SATURATED = 60;
  private static final EvaluationOptions QUIET =
      EvaluationOptions.of(options -> options.batchSize(BATCH).verbosity(Verbosity.SILENT));

  private static Engine engine;

  @BeforeParameterizedClassInvocation
  static void open(TestedEngine tested) {
    engine = tested.open();
  }

  @AfterParameterizedClassInvocation
  static void close() {
    engine.close();
  }

  /** What Keras came to; no losses where nothing was trained. */
  private record Golden(double before, List<Double> losses, double after, List<Double> weights) {
    static Golden of(String name) {
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(
                  KerasCrossEntropyTest.class.getResourceAsStream("keras_cross_entropy.tsv"),
                  StandardCharsets.UTF_8))) {
        String[] fields =
            reader
                .lines()
                .map(line -> line.split("\t"))
                .filter(line -> line[0].equals(name))
                .findFirst()
                .orElseThrow();
        return new Golden(
            Double.parseDouble(fields[1]),
            numbers(fields[2]),
            Double.parseDouble(fields[3]),
            numbers(fields[4]));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    private static List<Double> numbers(String text) {
      return Stream.of(text.split(" ")).filter(n -> !n.equals("-")).map(Double::valueOf).toList();
    }
  }

  private static Dataset batch(int step, int classes) {
    List<Sample> samples = new ArrayList<>();
    for (int n = 0; n < BATCH; n++) {
      byte[] pixels = new byte[PIXELS];
      for (int p = 0; p < PIXELS; p++) {
        pixels[p] = (byte) (((BATCH * step + n) * 37 + p * 11 + n * p * 5) % 256);
      }
      samples.add(new Sample(Image.wrap(2, 2, 3, pixels), (BATCH * step + n) % CLASSES % classes));
    }
    return Datasets.of("numbers", List.of("a", "b", "c").subList(0, classes), samples);
  }

  private static HostArray spaced(Shape shape, int seed, double scale) {
    float[] values = new float[(int) shape.elementCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (((i * 7 + seed) % 13 - 6) / 10.0 * scale);
    }
    return HostArray.wrap(shape, values);
  }

  /** A network whose last layers are given. */
  private record Network(
      UnaryOperator<LayerOutput> head, double scale, int outputs, double learningRate) {
    static Network endingIn(Activation activation, Layer... more) {
      return of(
          x -> {
            LayerOutput y = Dense.of(CLASSES).activation(activation).named("head").on(x);
            for (int i = 0; i < more.length; i++) {
              y = more[i].named("last_" + i).on(y);
            }
            return y;
          });
    }

    static Network of(UnaryOperator<LayerOutput> head) {
      return new Network(head, SATURATED, CLASSES, 0.002);
    }

    Network scale(double value) {
      return new Network(head, value, outputs, learningRate);
    }

    Network learningRate(double value) {
      return new Network(head, scale, outputs, value);
    }

    Model model() {
      LayerOutput input = Input.image(2, 2, 3);
      LayerOutput x = Flatten.create().on(Rescaling.of(1 / 255.0).on(input));
      LayerOutput hidden = Dense.of(4).activation(Activation.TANH).named("hidden").on(x);
      Model model = Model.of(input, head.apply(hidden));
      Map<String, HostArray> values = new LinkedHashMap<>();
      for (var variable : model.variables()) {
        double size = variable.name().endsWith("head/kernel") ? scale : 1;
        values.put(variable.name(), spaced(variable.shape(), values.size() + 1, size));
      }
      return model.withWeights(Weights.of(values));
    }
  }

  private static void assertAsKeras(String name, Network network, Loss loss) {
    assertAsKeras(name, network, loss, step -> batch(step, CLASSES), step -> step);
  }

  private static void assertAsKerasForSeveralLabels(String name, Network network, Loss loss) {
    assertAsKeras(
        name, network, loss, step -> Datasets.multiLabel(batch(step, CLASSES)), step -> step);
  }

  /** Each step has the same batch. */
  private static void assertUnlearnedAsInKeras(String name, Network network, Loss loss) {
    assertAsKeras(name, network, loss, step -> batch(step, CLASSES), step -> 0);
  }

  private static void assertAsKeras(
      String name,
      Network network,
      Loss loss,
      IntFunction<Dataset> batches,
      IntUnaryOperator batchOfStep) {
    Golden golden = Golden.of(name);
    TrainingConfig config =
        TrainingConfig.of(
            settings ->
                settings.device("cpu").optimizer(Sgd.of(network.learningRate())).loss(loss));
    try (Trainer trainer = Trainer.of(network.model(), config, engine)) {
      Dataset first = batches.apply(0);
      assertNear(name + " before", trainer.evaluate(first, QUIET).get("loss"), golden.before());
      for (int step = 0; step < golden.losses().size(); step++) {
        double actual =
            trainer
                .fit(
                    batches.apply(batchOfStep.applyAsInt(step)),
                    fit -> fit.batchSize(BATCH).shuffle(false).verbosity(Verbosity.SILENT))
                .last("loss");
        assertNear(name + " in step " + step, actual, golden.losses().get(step));
      }
      Dataset last = batches.apply(STEPS);
      assertNear(name + " after", trainer.evaluate(last, QUIET).get("loss"), golden.after());
      int position = 0;
      for (String variable : trainer.weights().names()) {
        for (float value : trainer.weights().get(variable).toFloats()) {
          assertNear(name + ", weight " + position, value, golden.weights().get(position++));
        }
      }
      assertThat(position).isEqualTo(golden.weights().size());
    }
  }

  private static void assertNear(String what, double actual, double expected) {
    assertThat(actual).as(what).isEqualTo(expected, within(1e-5 * Math.max(1, expected)));
  }

  private static final Loss CATEGORICAL = Losses.categoricalCrossentropy();
  private static final Loss SPARSE = Losses.sparseCategoricalCrossentropy();
  private static final Loss BINARY = Losses.binaryCrossentropy();

  @Test
  void aSoftmaxIsMeasuredByItsLogits() {
    assertAsKeras("softmax", Network.endingIn(Activation.SOFTMAX), CATEGORICAL);
    assertAsKeras("softmax-sparse", Network.endingIn(Activation.SOFTMAX), SPARSE);
    assertAsKeras(
        "softmax-smoothed",
        Network.endingIn(Activation.SOFTMAX),
        Losses.categoricalCrossentropy().labelSmoothing(0.1));
    assertAsKeras(
        "softmax-layer",
        Network.endingIn(Activation.LINEAR, ActivationLayer.of(Activation.SOFTMAX)),
        CATEGORICAL);
  }

  @Test
  void aSoftmaxIsNotTakenForLogits() {
    Loss fromLogits = Losses.categoricalCrossentropy().fromLogits(true);
    assertAsKeras("softmax-from-logits", Network.endingIn(Activation.SOFTMAX), fromLogits);
    assertAsKeras("linear", Network.endingIn(Activation.LINEAR), fromLogits);
  }

  @Test
  void layersThatComputeNothingDoNotHideTheLogits() {
    assertAsKeras(
        "softmax-linear",
        Network.endingIn(Activation.SOFTMAX, ActivationLayer.of(Activation.LINEAR)),
        CATEGORICAL);
    assertAsKeras(
        "softmax-dropped", Network.endingIn(Activation.SOFTMAX, Dropout.of(0.5)), CATEGORICAL);
  }

  @Test
  void aModelInAModelDoesNotHideTheLogits() {
    LayerOutput input = Input.of(4);
    Model inner =
        Model.of(input, Dense.of(CLASSES).activation(Activation.SOFTMAX).named("head").on(input));
    assertAsKeras("softmax-nested", Network.of(x -> inner.named("inner").on(x)), CATEGORICAL);
  }

  @Test
  void whatAnyOtherOperationGivesIsTakenForProbabilities() {
    assertAsKeras(
        "softmax-reshaped", Network.endingIn(Activation.SOFTMAX, Reshape.of(3)), CATEGORICAL);
    assertAsKeras(
        "softmax-flattened", Network.endingIn(Activation.SOFTMAX, Flatten.create()), CATEGORICAL);
    assertAsKeras("log-softmax", Network.endingIn(Activation.LOG_SOFTMAX).scale(1), CATEGORICAL);
    assertAsKerasForSeveralLabels(
        "sigmoid-rescaled", Network.endingIn(Activation.SIGMOID, Rescaling.of(0.5)), BINARY);
    assertAsKerasForSeveralLabels(
        "hard-sigmoid", Network.endingIn(Activation.HARD_SIGMOID).scale(1), BINARY);
  }

  @Test
  void aSigmoidIsMeasuredByItsLogits() {
    assertAsKerasForSeveralLabels("sigmoid", Network.endingIn(Activation.SIGMOID), BINARY);
    assertAsKerasForSeveralLabels(
        "sigmoid-smoothed",
        Network.endingIn(Activation.SIGMOID),
        Losses.binaryCrossentropy().labelSmoothing(0.2));
    assertAsKerasForSeveralLabels(
        "sigmoid-layer",
        Network.endingIn(Activation.LINEAR, ActivationLayer.of(Activation.SIGMOID)),
        BINARY);
    assertAsKerasForSeveralLabels(
        "linear-binary",
        Network.endingIn(Activation.LINEAR),
        Losses.binaryCrossentropy().fromLogits(true));
  }

  @Test
  void oneOutputOfASigmoidIsMeasuredByItsLogit() {
    Network one =
        new Network(
            x -> Dense.of(1).activation(Activation.SIGMOID).named("head").on(x),
            SATURATED,
            1,
            0.002);
    assertAsKeras("sigmoid-one-output", one, BINARY, step -> batch(step, 2), step -> step);
  }

  @Test
  void categoricalCrossentropyTakesTheLogitsOfASigmoidForThoseOfASoftmax() {
    assertAsKeras(
        "sigmoid-categorical",
        Network.endingIn(Activation.SIGMOID).scale(1).learningRate(0.5),
        CATEGORICAL);
    assertAsKeras(
        "sigmoid-categorical-saturated", Network.endingIn(Activation.SIGMOID), CATEGORICAL);
    assertAsKeras("sigmoid-sparse", Network.endingIn(Activation.SIGMOID), SPARSE);
  }

  /** With clipped probabilities the first loss is at most 16.1, and no gradient moves it. */
  @Test
  void answersThatAreSaturatedAndWrongAreUnlearned() {
    assertUnlearnedAsInKeras(
        "softmax-unlearned",
        Network.endingIn(Activation.SOFTMAX).scale(300).learningRate(0.00005),
        CATEGORICAL);
    assertUnlearnedAsInKeras(
        "sigmoid-unlearned",
        Network.endingIn(Activation.SIGMOID).scale(4).learningRate(0.02),
        CATEGORICAL);
  }
}
