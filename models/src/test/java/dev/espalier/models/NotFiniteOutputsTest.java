package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.activation.Activation;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.engine.Engine;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Evaluation;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A model that diverged has the same accuracy on every engine: that of Keras 3.15.1 on TensorFlow,
 * with which these predicted classes were computed.
 */
@Tag("native")
class NotFiniteOutputsTest {
  private static final float NAN = Float.NaN;
  private static final float INFINITE = Float.POSITIVE_INFINITY;
  private static final EvaluationOptions QUIET =
      EvaluationOptions.of(options -> options.verbosity(Verbosity.SILENT));

  /**
   * Logits and the classes that are predicted from them.
   *
   * @param softmax the class after a softmax
   * @param other the class after a sigmoid, and of the logits themselves
   */
  private record Case(List<Float> logits, int softmax, int other) {}

  private static final List<Case> CASES =
      List.of(
          new Case(List.of(NAN, 1f, 2f), 1, 2),
          new Case(List.of(2f, NAN, 1f), 0, 0),
          new Case(List.of(1f, 3f, NAN), 0, 1),
          new Case(List.of(NAN, NAN, NAN), 0, 0),
          new Case(List.of(-INFINITE, NAN, -3f), 0, 2),
          new Case(List.of(1f, INFINITE, INFINITE), 0, 1),
          new Case(List.of(-INFINITE, -INFINITE, -INFINITE), 0, 0),
          new Case(List.of(NAN, INFINITE, 1f), 2, 1),
          new Case(List.of(-INFINITE, 2f, 1f), 1, 1));

  private static Model model(List<Float> logits, Activation activation) {
    Model model =
        Sequential.of(
            Input.image(1, 1, 1),
            Flatten.create(),
            Dense.of(logits.size()).activation(activation).named("head"));
    float[] bias = new float[logits.size()];
    for (int i = 0; i < bias.length; i++) {
      bias[i] = logits.get(i);
    }
    return model.withWeights(
        Weights.of(
            Map.of(
                "head/kernel", HostArray.wrap(Shape.of(1, 3), 0, 0, 0),
                "head/bias", HostArray.wrap(Shape.of(3), bias))));
  }

  @ParameterizedTest
  @EnumSource(TestedEngine.class)
  void accuracyPassesOverWhatIsNoNumber(TestedEngine tested) {
    Map<String, Integer> expected = new LinkedHashMap<>();
    Map<String, Integer> actual = new LinkedHashMap<>();
    try (Engine engine = tested.open()) {
      for (Case values : CASES) {
        for (Activation activation :
            List.of(Activation.SOFTMAX, Activation.SIGMOID, Activation.LINEAR)) {
          String name = activation + " of " + values.logits();
          expected.put(name, activation == Activation.SOFTMAX ? values.softmax() : values.other());
          actual.put(name, predicted(engine, model(values.logits(), activation)));
        }
      }
    }
    assertThat(actual).isEqualTo(expected);
  }

  /** Returns the class that the accuracy takes for the right one, and asserts that it is one. */
  private static int predicted(Engine engine, Model model) {
    TrainingConfig config =
        TrainingConfig.of(
            settings ->
                settings
                    .device("cpu")
                    .loss(Losses.categoricalCrossentropy())
                    .metrics(Metrics.accuracy()));
    List<Integer> right = new ArrayList<>();
    try (Trainer trainer = Trainer.of(model, config, engine)) {
      for (int label = 0; label < 3; label++) {
        Dataset one =
            Datasets.of(
                "one",
                List.of("a", "b", "c"),
                List.of(new Sample(Image.wrap(1, 1, 1, new byte[1]), label)));
        Evaluation logs = trainer.evaluate(one, QUIET);
        if (logs.get("accuracy") == 1) {
          right.add(label);
        }
      }
    }
    assertThat(right).hasSize(1);
    return right.get(0);
  }
}
