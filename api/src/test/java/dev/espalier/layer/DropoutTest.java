package dev.espalier.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.error.ErrorCode;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.model.Model;
import dev.espalier.model.ModelRunner;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DropoutTest {
  private static final HostArray ONES =
      HostArray.filled(new TensorType(DataType.FLOAT32, Shape.of(20, 500)), 1);

  @Test
  void keptNumbersAreEnlargedSoThatTheMeanStays() {
    float[] output = ModelRunner.train(Dropout.of(.5), ONES).toFloats();
    double sum = 0;
    for (float value : output) {
      assertThat(value).isIn(0f, 2f);
      sum += value;
    }
    assertThat(sum / output.length).isCloseTo(1, within(.04));
  }

  @Test
  void inferenceChangesNothing() {
    assertThat(ModelRunner.infer(Dropout.of(.5), ONES)).isEqualTo(ONES);
  }

  @Test
  void rateZeroChangesNothingAndNeedsNoRandomNumbers() {
    assertThat(ModelRunner.train(Dropout.of(0), ONES)).isEqualTo(ONES);
    assertThat(randomInputs(Dropout.of(0), true)).isEmpty();
  }

  @Test
  void rateOneDropsEverything() {
    assertThat(ModelRunner.train(Dropout.of(1), ONES).toFloats()).containsOnly(0f);
  }

  @Test
  void noiseShapeDropsWholeSamples() {
    HostArray images = HostArray.filled(new TensorType(DataType.FLOAT32, Shape.of(64, 2, 2, 3)), 1);
    float[] output = ModelRunner.train(Dropout.of(.25).noiseShape(-1, 1, 1, 1), images).toFloats();
    int kept = 0;
    for (int sample = 0; sample < 64; sample++) {
      float first = output[sample * 12];
      assertThat(first == 0 || Math.abs(first - 1.333333f) < 1e-5).isTrue();
      for (int i = 1; i < 12; i++) {
        assertThat(output[sample * 12 + i]).isEqualTo(first);
      }
      kept += first == 0 ? 0 : 1;
    }
    assertThat(kept).isBetween(36, 60);
  }

  @Test
  void noiseShapeSharesDecisionsAlongAnAxisOfSizeOne() {
    HostArray x = HostArray.filled(new TensorType(DataType.FLOAT32, Shape.of(3, 4, 5)), 1);
    float[] output = ModelRunner.train(Dropout.of(.5).noiseShape(-1, 1, -1), x).toFloats();
    for (int i = 0; i < output.length; i++) {
      int sample = i / 20;
      assertThat(output[i]).isEqualTo(output[sample * 20 + i % 5]);
    }
  }

  @Test
  void frozenLayerStillDropsInTraining() {
    Model frozen = ModelRunner.modelOf(Dropout.of(.5), ONES).freeze();
    HostArray output = ModelRunner.run(frozen, Phase.TRAINING, Map.of(), ONES).output();
    assertThat(output.toFloats()).contains(0f, 2f);
    assertThat(randomInputs(Dropout.of(.5), false)).hasSize(1);
  }

  @Test
  void randomNumbersAreAskedForTheUnknownBatch() {
    assertThat(randomInputs(Dropout.of(.5).noiseShape(-1, 1), true))
        .containsExactly(new RandomInput("random/layer/mask", Shape.of(-1, 1)));
  }

  @Test
  void rateAndNoiseShapeAreChecked() {
    LayersTest.assertMessage(
        () -> Dropout.of(1.1),
        ErrorCode.INVALID_ARGUMENT,
        "The rate of a dropout layer cannot be 1.1. Give a number from 0 to 1. [ESP-102]");
    LayersTest.assertCode(() -> Dropout.of(-.1), ErrorCode.INVALID_ARGUMENT);
    LayersTest.assertCode(() -> Dropout.of(Double.NaN), ErrorCode.INVALID_ARGUMENT);
    LayersTest.assertCode(() -> Dropout.of(.5).noiseShape(-1, 0), ErrorCode.INVALID_ARGUMENT);
    LayersTest.assertCode(() -> Dropout.of(.5).noiseShape(-2), ErrorCode.INVALID_ARGUMENT);
    LayersTest.assertMessage(
        () -> Dropout.of(.5).noiseShape(-1, 3).on(Input.of(4)),
        ErrorCode.SHAPE_MISMATCH,
        "In Dropout: The noise shape [-1, 3] does not fit the input (None, 4). For"
            + " each axis, give 1, the size of the input, or -1 for that size. [ESP-101]");
    LayersTest.assertCode(
        () -> Dropout.of(.5).noiseShape(-1, 1, 1).on(Input.of(4)), ErrorCode.SHAPE_MISMATCH);
  }

  private static List<RandomInput> randomInputs(Layer layer, boolean trainable) {
    Ops ops = new Ops();
    Trace trace = new Trace(ops, Phase.TRAINING);
    Tensor input = ops.input("x", TensorType.float32(-1, 500));
    layer.call(trace.context("layer", trainable), input);
    return trace.randomInputs();
  }
}
