package dev.espalier.core.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.offset;

import dev.espalier.core.Predictions;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  private static Predictions predictions(float... scores) {
    return new Predictions(
        HostArray.wrap(Shape.of(scores.length / 2, 2), scores), List.of("a", "b"));
  }

  /**
   * Draws labels from softmax(logits) and gives the model softmax(sharpness * logits), so that the
   * right temperature is the sharpness.
   */
  private static Calibration ofSharpened(double sharpness) {
    RandomStream random = RandomKey.ofSeed(4).stream();
    int samples = 20_000;
    float[] scores = new float[2 * samples];
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      double logit = 4 * random.nextFloat() - 2;
      labels.add(random.nextFloat() < 1 / (1 + Math.exp(-logit)) ? 1 : 0);
      scores[2 * i + 1] = (float) (1 / (1 + Math.exp(-sharpness * logit)));
      scores[2 * i] = 1 - scores[2 * i + 1];
    }
    return Calibration.of(predictions(scores), labels);
  }

  @Test
  void theTemperatureUndoesOverconfidenceAndUnderconfidence() {
    for (double sharpness : new double[] {0.5, 1, 3}) {
      Calibration found = ofSharpened(sharpness);
      assertThat(found.temperature()).isEqualTo(sharpness, offset(0.04 * sharpness));
      assertThat(found.errorAfter()).isLessThan(0.02);
      assertThat(found.lossAfter()).isLessThanOrEqualTo(found.lossBefore());
    }
    assertThat(ofSharpened(3).errorBefore()).isGreaterThan(0.1);
  }

  @Test
  void lossAndErrorAreThoseOfTheDefinitions() {
    Calibration found = Calibration.of(predictions(0.8f, 0.2f, 0.3f, 0.7f), List.of(0, 0));
    assertThat(found.lossBefore()).isEqualTo(-(Math.log(0.8) + Math.log(0.3)) / 2, offset(1e-6));
    assertThat(found.errorBefore()).isEqualTo((0.2 + 0.7) / 2, offset(1e-6));
  }

  @Test
  void whatCannotBeCalibratedIsRefused() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Calibration.of(predictions(0.9f, 0.9f), List.of(0)))
        .withMessageContaining("sum to 1.800.")
        .withMessageContaining("one that ends in a softmax");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Calibration.of(predictions(0.5f, 0.5f), List.of(2)))
        .withMessageContaining("The label 2 of sample 0");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Calibration.of(predictions(0.5f, 0.5f), List.of()))
        .withMessageContaining("1 predictions and 0 labels");
  }
}
