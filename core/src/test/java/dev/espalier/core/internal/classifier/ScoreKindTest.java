package dev.espalier.core.internal.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ScoreKindTest {
  private static final Offset<Float> ROUNDING = Offset.offset(1e-6f);

  private static float[] softened(ScoreKind kind, double temperature, float... scores) {
    return kind.softened(HostArray.wrap(Shape.of(1, scores.length), scores), temperature)
        .toFloats();
  }

  @Test
  void logitsBehindASigmoidAreDividedByTheTemperature() {
    // 0.8 is the sigmoid of ln 4, and 2/3 that of ln 2; likewise 0.1 of -ln 9 and 1/4 of -ln 3.
    assertThat(softened(ScoreKind.SIGMOID, 2, 0.8f, 0.1f, 0.5f, 0, 1))
        .containsExactly(new float[] {2 / 3f, 0.25f, 0.5f, 0, 1}, ROUNDING);
  }

  @Test
  void logitsBehindASoftmaxAreDividedByTheTemperature() {
    // The softmax of ln 16, ln 4, ln 1 becomes that of ln 4, ln 2, ln 1.
    assertThat(softened(ScoreKind.SOFTMAX, 2, 16 / 21f, 4 / 21f, 1 / 21f))
        .containsExactly(new float[] {4 / 7f, 2 / 7f, 1 / 7f}, ROUNDING);
  }

  @Test
  void otherNumbersAreDividedThemselves() {
    assertThat(softened(ScoreKind.OTHER, 2, 3, -1)).containsExactly(1.5f, -0.5f);
    assertThat(softened(ScoreKind.OTHER, 1, 3, -1)).containsExactly(3, -1);
  }
}
