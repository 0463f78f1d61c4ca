package dev.espalier.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Variable;
import dev.espalier.model.Model;
import dev.espalier.model.ModelRunner;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatchNormalizationTest {
  private static final HostArray BATCH = HostArray.wrap(Shape.of(4, 1), 1, 2, 3, 6);
  private static final Layer LAYER = BatchNormalization.create().named("bn");

  @Test
  void trainingUsesTheBatchAndMovesTheStatistics() {
    ModelRunner.Step step = run(ModelRunner.modelOf(LAYER, BATCH), Phase.TRAINING, Map.of());
    LayersTest.assertClose(step.output(), -1.0688924, -.5344462, 0, 1.6033385);
    assertThat(step.updates()).containsOnlyKeys("bn/moving_mean", "bn/moving_variance");
    LayersTest.assertClose(moved(step, "moving_mean"), .03);
    // The variance of the batch is biased: 3.5, not 4.6667.
    LayersTest.assertClose(moved(step, "moving_variance"), 1.025);
  }

  @Test
  void inferenceUsesTheStatistics() {
    ModelRunner.Step step = run(ModelRunner.modelOf(LAYER, BATCH), Phase.INFERENCE, Map.of());
    double deviation = Math.sqrt(1.001);
    LayersTest.assertClose(
        step.output(), 1 / deviation, 2 / deviation, 3 / deviation, 6 / deviation);
    assertThat(step.updates()).isEmpty();
  }

  @Test
  void frozenLayerInfersEvenInTrainingAndKeepsItsStatistics() {
    Model frozen = ModelRunner.modelOf(LAYER, BATCH).freeze();
    ModelRunner.Step training = run(frozen, Phase.TRAINING, Map.of());
    assertThat(training.output()).isEqualTo(run(frozen, Phase.INFERENCE, Map.of()).output());
    assertThat(training.updates()).isEmpty();
    assertThat(frozen.variables()).noneMatch(Variable::trainable);
  }

  @Test
  void statisticsConvergeToThoseOfTheData() {
    Model model =
        ModelRunner.modelOf(
            BatchNormalization.create().momentum(.8).epsilon(1e-7).named("bn"), BATCH);
    Map<String, HostArray> values = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      values.putAll(run(model, Phase.TRAINING, values).updates());
    }
    float[] output = run(model, Phase.INFERENCE, values).output().toFloats();
    double mean = (output[0] + output[1] + output[2] + output[3]) / 4;
    assertThat(mean).isCloseTo(0, within(1e-5));
    assertThat(output[3]).isCloseTo((float) (3 / Math.sqrt(3.5)), within(1e-5f));
  }

  @Test
  void momentumOfZeroTakesTheLastBatchAlone() {
    Model model = ModelRunner.modelOf(BatchNormalization.create().momentum(0).named("bn"), BATCH);
    ModelRunner.Step step = run(model, Phase.TRAINING, Map.of());
    HostArray later = run(model, Phase.INFERENCE, step.updates()).output();
    float[] trained = step.output().toFloats();
    LayersTest.assertClose(later, trained[0], trained[1], trained[2], trained[3]);
  }

  @Test
  void gammaAndBetaCanBeLeftOut() {
    Model model =
        ModelRunner.modelOf(
            BatchNormalization.create().center(false).scale(false).named("bn"), BATCH);
    assertThat(model.variables())
        .extracting(Variable::name)
        .containsExactly("bn/moving_mean", "bn/moving_variance");
    LayersTest.assertClose(
        run(model, Phase.TRAINING, Map.of()).output(), -1.0688924, -.5344462, 0, 1.6033385);
  }

  private static ModelRunner.Step run(Model model, Phase phase, Map<String, HostArray> values) {
    return ModelRunner.run(model, phase, values, BATCH);
  }

  private static HostArray moved(ModelRunner.Step step, String statistic) {
    return step.updates().get("bn/" + statistic);
  }
}
