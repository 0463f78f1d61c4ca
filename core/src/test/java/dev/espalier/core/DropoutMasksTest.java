package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.graph.HostArray;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.loss.Losses;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.TrainingConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each layer draws a mask of its own in each step, and the same ones from the same seed. */
class DropoutMasksTest extends ScriptedTraining {
  private static final List<String> MASKS = List.of("random/first/mask", "random/second/mask");

  /** Trains two epochs of three steps, and returns the masks of both layers, step by step. */
  private static List<HostArray> masks(long seed) {
    Model model =
        Sequential.of(
            Input.image(SmallImages.SIDE, SmallImages.SIDE, 3),
            Flatten.create(),
            Dropout.of(0.5).named("first"),
            Dropout.of(0.5).named("second"),
            Dense.of(SmallImages.CLASSES).named("head"));
    ScriptedEngine engine = new ScriptedEngine();
    TrainingConfig config =
        TrainingConfig.of(
            settings ->
                settings.seed(seed).loss(Losses.categoricalCrossentropy()).optimizer(Sgd.of(0.1)));
    try (Trainer trainer = Trainer.of(model, config, Engines.with(engine))) {
      trainer.fit(SmallImages.constant(100, 0, 1, 2), quiet(fit -> fit.epochs(2).batchSize(1)));
    }
    List<HostArray> masks = new ArrayList<>();
    for (Map<String, HostArray> inputs : engine.runs) {
      MASKS.forEach(name -> masks.add(inputs.get(name)));
    }
    return masks;
  }

  @Test
  void noTwoLayersAndNoTwoStepsShareAMask() {
    assertThat(masks(1)).hasSize(2 * 3 * MASKS.size()).doesNotContainNull().doesNotHaveDuplicates();
  }

  @Test
  void theSeedDecides() {
    assertThat(masks(1)).isEqualTo(masks(1)).doesNotContainAnyElementsOf(masks(2));
  }
}
