package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.engine.Engine;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.training.CacheFeatures;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Training on cached features of a frozen EfficientNet, with convolutions of all kinds,
 * squeeze-and-excitation and branches.
 *
 * <p>PyTorch and MXNet compute each layer by itself, so that batches of the same samples give the
 * same bits. TensorFlow optimizes the graph of a whole step, and fuses other operations in the
 * parts of a divided one; sums are then rounded differently in their last bit.
 */
@Tag("native")
class CachedFeaturesTest {
  private static final int IMAGES = 32;

  /** Two units in the last place of weights up to 1, whose trainings differ by rounding alone. */
  private static final double ROUNDING = 2 * Math.ulp(1f);

  private static Weights train(Engine engine, CacheFeatures cache, boolean shuffle) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    Dataset data = Datasets.take(SmallFineTuning.images(), IMAGES);
    Model model = SmallFineTuning.model(0).freeze().unfreezeFrom("block6a");
    try (Trainer trainer = Trainer.of(model, SmallFineTuning.config(), engine)) {
      trainer.fit(
          data,
          fit ->
              fit.epochs(2)
                  .batchSize(IMAGES / 2)
                  .shuffle(shuffle)
                  .cacheFeatures(cache)
                  .output(new PrintStream(output, true, StandardCharsets.UTF_8)));
      assertThat(
              output.toString(StandardCharsets.UTF_8).contains("Features are cached after block5"))
          .isEqualTo(cache == CacheFeatures.ON);
      return trainer.weights();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PYTORCH", "MXNET"})
  void givesTheWeightsOfTrainingThroughTheBaseBitForBit(TestedEngine tested) {
    try (Engine engine = tested.open()) {
      Weights through = train(engine, CacheFeatures.OFF, false);
      Weights cached = train(engine, CacheFeatures.ON, false);
      assertThat(cached.differences(through)).isEmpty();
    }
  }

  @Test
  void givesTheWeightsOfTrainingThroughTheBaseUpToRoundingWhereTheGraphIsOptimizedAsAWhole() {
    try (Engine engine = TestedEngine.TENSORFLOW.open()) {
      Weights through = train(engine, CacheFeatures.OFF, true);
      Weights cached = train(engine, CacheFeatures.ON, true);
      for (String name : through.names()) {
        HostArray expected = through.get(name);
        for (int i = 0; i < expected.elementCount(); i++) {
          assertThat(cached.get(name).at(i)).as(name).isCloseTo(expected.at(i), within(ROUNDING));
        }
      }
    }
  }
}
