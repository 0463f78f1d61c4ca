package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.activation.Activation;
import dev.espalier.graph.HostArray;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.loss.Losses;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.TrainingConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who trains on frozen layers that nobody has trained is warned, and nobody else. */
class FrozenRandomLayersTest {
  private static final String WARNING =
      "The weights of 1 layer of \"sequential\" are frozen at random initial values,"
          + " such as base/kernel: a model on top of them can hardly be trained.";

  private static Model model() {
    return Sequential.of(
        Input.image(SmallImages.SIDE, SmallImages.SIDE, 3),
        Flatten.create(),
        Dense.of(4).named("base"),
        Dense.of(SmallImages.CLASSES).activation(Activation.SOFTMAX).named("head"));
  }

  private static String fitted(Model model, boolean twice) {
    PrintStream usual = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream captured = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        Trainer trainer =
            Trainer.of(
                model,
                TrainingConfig.of(
                    config ->
                        config.optimizer(Sgd.of(.1)).loss(Losses.sparseCategoricalCrossentropy())),
                Engines.with(new ScriptedEngine()))) {
      System.setErr(captured);
      trainer.fit(SmallImages.colours(6), fit -> fit.epochs(1));
      if (twice) {
        trainer.changeModel(trained -> trained.freeze("base"));
        trainer.fit(SmallImages.colours(6), fit -> fit.epochs(2).initialEpoch(1));
      }
    } finally {
      System.setErr(usual);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void frozenBaseWithRandomWeightsIsWarnedOf() {
    assertThat(fitted(model().freeze("base"), false)).containsOnlyOnce(WARNING);
  }

  @Test
  void baseWithGivenWeightsIsNot() {
    Model model = model();
    Map<String, HostArray> values = new LinkedHashMap<>();
    model.variables().stream()
        .filter(variable -> variable.name().startsWith("base/"))
        .forEach(variable -> values.put(variable.name(), HostArray.filled(variable.type(), .1)));
    Model given = model.withMatchingWeights(Weights.of(values)).freeze("base");
    assertThat(fitted(given, false)).doesNotContain("frozen");
  }

  @Test
  void baseThatLearnsOrHasLearntIsNot() {
    assertThat(fitted(model(), false)).doesNotContain("frozen");
    assertThat(fitted(model(), true)).doesNotContain("frozen");
  }
}
