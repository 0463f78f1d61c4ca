package dev.espalier.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.callbacks.ReduceLROnPlateau;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import dev.espalier.testkit.training.FakeTrainingControl;
import dev.espalier.tutorial.StageTraining.Trained;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The stages with a small model in place of EfficientNet-B0, and their callbacks with the
 * validation losses that the tutorial prints.
 */
class TutorialStagesTest {
  /** Returns more images than two batches, whose channel of the class is brighter. */
  private static Dataset images() {
    Random random = new Random(4);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 130; i++) {
      byte[] pixels = new byte[8 * 8 * 3];
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = (byte) (random.nextInt(128) + (p % 3 == i % 3 ? 100 : 0));
      }
      samples.add(new Sample(Image.wrap(8, 8, 3, pixels), i % 3));
    }
    return Datasets.of("channels", List.of("red", "green", "blue"), samples);
  }

  @Test
  @Tag("native")
  void trainsFromScratch() {
    Model untrained =
        Sequential.of(
            Input.image(8, 8, 3),
            Rescaling.of(1 / 255.0),
            Conv2D.of(8, 3),
            GlobalAveragePooling2D.create(),
            Dense.of(3).activation(Activation.SOFTMAX));
    Trained trained = ScratchStage.train(untrained, images(), images(), 6);

    assertThat(trained.history().values("learning_rate")).containsOnly((double) 0.2f).hasSize(6);
    assertThat(trained.history().last("val_accuracy")).isGreaterThan(0.6);
  }

  @Test
  @Tag("native")
  void trainsTheHeadAloneAndThenAllButTheBatchNormalizationsOfTheBase() {
    Model base =
        Sequential.of(
            Input.image(8, 8, 3),
            Rescaling.of(1 / 255.0),
            Conv2D.of(8, 3).named("stem_conv"),
            BatchNormalization.create().named("stem_bn"));
    Trained frozen = FrozenStage.train(base, images(), images(), 2);
    Trained unfrozen = UnfrozenStage.train(frozen.model(), base, images(), images(), 2);

    Weights before = frozen.model().weights();
    Weights after = unfrozen.model().weights();
    assertThat(after.get("stem_conv/kernel")).isNotEqualTo(before.get("stem_conv/kernel"));
    for (String name : List.of("gamma", "beta", "moving_mean", "moving_variance")) {
      assertThat(after.get("stem_bn/" + name)).isEqualTo(before.get("stem_bn/" + name));
    }
    assertThat(after.get("head_bn/gamma")).isNotEqualTo(before.get("head_bn/gamma"));
    assertThat(unfrozen.history().values("learning_rate")).containsOnly((double) 0.005f);
  }

  /**
   * Returns how many epochs without an improvement the callback has counted after each epoch. No
   * stage of the tutorial comes to the fifth.
   */
  private static List<Integer> waits(ReduceLROnPlateau plateau, double rate, double... losses) {
    FakeTrainingControl control = FakeTrainingControl.withLearningRate(rate);
    control.beginTraining(plateau);
    List<Integer> waits = new ArrayList<>();
    for (double loss : losses) {
      control.endEpoch(plateau, Map.of("val_loss", loss));
      waits.add(plateau.state().wholeNumber("waited"));
    }
    assertThat(control.learningRate()).isEqualTo(rate);
    return waits;
  }

  @Test
  void waitsOfTheScratchStageAreThoseOfTheTutorial() {
    assertThat(
            waits(
                ScratchStage.plateau(),
                0.2,
                3.7740,
                2.7339,
                2.5497,
                2.3207,
                2.1789,
                2.1087,
                2.0596,
                1.8574,
                1.8604,
                1.8866,
                1.8002,
                1.8472,
                1.7777,
                1.7694,
                1.7883,
                1.7724,
                1.7608,
                1.7667,
                1.7843,
                1.8463))
        .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 1, 0, 0, 1, 2, 0, 1, 2, 3);
  }

  @Test
  void waitsOfTheFrozenStageAreThoseOfTheTutorial() {
    assertThat(
            waits(
                FrozenStage.plateau(),
                0.2,
                1.5734,
                1.4319,
                1.3463,
                1.2889,
                1.2679,
                1.2539,
                1.2367,
                1.2173,
                1.2174,
                1.2127,
                1.2062,
                1.2018,
                1.2025,
                1.1976,
                1.1899,
                1.1880,
                1.1901,
                1.1825,
                1.1843,
                1.1883,
                1.1849,
                1.1878,
                1.1808,
                1.1875,
                1.1895))
        .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 2, 3, 4, 0, 1, 2);
  }

  @Test
  void waitsOfTheUnfrozenStageAreThoseOfTheTutorial() {
    assertThat(
            waits(
                UnfrozenStage.plateau(),
                0.005,
                .9062,
                .8623,
                .8047,
                .8077,
                .8034,
                .7699,
                .7785,
                .7680,
                .7495,
                .7364,
                .7419,
                .7304,
                .7240,
                .7234,
                .7181,
                .7072,
                .6935,
                .7098,
                .6853,
                .7232,
                .7016,
                .6951,
                .6822,
                .6938,
                .6968))
        .containsExactly(0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 2, 3, 0, 1, 2);
  }

  /** After a fifth epoch without an improvement, each goes down to the lowest rate of its own. */
  @Test
  void lowestLearningRatesAreThoseOfTheTutorial() {
    assertThat(lowest(ScratchStage.plateau(), 0.2)).isCloseTo(0.005, within(1e-9));
    assertThat(lowest(FrozenStage.plateau(), 0.2)).isCloseTo(0.0001, within(1e-9));
    assertThat(lowest(UnfrozenStage.plateau(), 0.005)).isCloseTo(0.00001, within(1e-9));
  }

  private static double lowest(ReduceLROnPlateau plateau, double rate) {
    FakeTrainingControl control = FakeTrainingControl.withLearningRate(rate);
    control.beginTraining(plateau);
    for (int epoch = 0; epoch < 5; epoch++) {
      control.endEpoch(plateau, Map.of("val_loss", 1.0));
    }
    assertThat(control.learningRate()).as("of four epochs").isEqualTo(rate);
    control.endEpoch(plateau, Map.of("val_loss", 1.0));
    assertThat(control.learningRate()).isCloseTo(rate * 0.2, within(1e-8));
    for (int epoch = 0; epoch < 50; epoch++) {
      control.endEpoch(plateau, Map.of("val_loss", 1.0));
    }
    return control.learningRate();
  }
}
