package dev.espalier.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.ReferenceInterpreter;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import org.junit.jupiter.api.Test;

/** Expected numbers were computed by Keras 3.15.1, or are those of its own tests. */
class GradientClippingTest {
  private static final float NAN = Float.NaN;

  private static HostArray row(float... values) {
    return HostArray.wrap(Shape.of(values.length), values);
  }

  private static List<float[]> clip(GradientClipping clipping, HostArray... gradients) {
    Ops ops = new Ops();
    Map<String, HostArray> feeds = new HashMap<>();
    List<Tensor> inputs = new ArrayList<>();
    for (HostArray gradient : gradients) {
      String name = "gradient" + inputs.size();
      feeds.put(name, gradient);
      inputs.add(ops.input(name, gradient.type()));
    }
    List<Tensor> clipped = clipping.clip(ops, inputs);
    assertThat(clipped)
        .extracting(Tensor::type)
        .isEqualTo(inputs.stream().map(Tensor::type).toList());
    return clipped.stream()
        .map(
            tensor ->
                ReferenceInterpreter.evaluate(ops.toGraph(), tensor, feeds, Map.of()).toFloats())
        .toList();
  }

  private static void assertClipped(
      GradientClipping clipping, float[] gradient, float... expected) {
    assertThat(clip(clipping, row(gradient)).get(0)).containsExactly(expected, within(1e-6f));
  }

  @Test
  void byValueLimitsEachNumber() {
    assertClipped(GradientClipping.byValue(1), new float[] {100, 100}, 1, 1);
    assertClipped(
        GradientClipping.byValue(.5), new float[] {-3, .25f, 0, -.5f}, -.5f, .25f, 0, -.5f);
  }

  @Test
  void byNormScalesEachGradientByItself() {
    GradientClipping clipping = GradientClipping.byNorm(1);

    assertClipped(clipping, new float[] {100, 100}, .70710677f, .70710677f);
    List<float[]> clipped = clip(clipping, row(3, -4), row(.3f, .4f), row(0, 0));
    assertThat(clipped.get(0)).containsExactly(new float[] {.6f, -.8f}, within(1e-6f));
    assertThat(clipped.get(1)).containsExactly(new float[] {.3f, .4f}, within(1e-6f));
    assertThat(clipped.get(2)).containsExactly(0, 0);
  }

  @Test
  void byGlobalNormScalesAllGradientsByOneFactor() {
    GradientClipping clipping = GradientClipping.byGlobalNorm(1);

    assertClipped(clipping, new float[] {50, 100}, .4472136f, .8944272f);
    HostArray matrix = HostArray.wrap(Shape.of(2, 2), new float[] {1, -2, 3, 4});
    List<float[]> clipped = clip(clipping, matrix, row(5), HostArray.scalar(3f));
    // The norm of all is 8.
    assertThat(clipped.get(0))
        .containsExactly(new float[] {.125f, -.25f, .375f, .5f}, within(1e-6f));
    assertThat(clipped.get(1)).containsExactly(new float[] {.625f}, within(1e-6f));
    assertThat(clipped.get(2)).containsExactly(new float[] {.375f}, within(1e-6f));
  }

  @Test
  void whatIsBelowTheLimitStaysAsItIs() {
    for (GradientClipping clipping :
        List.of(
            GradientClipping.byValue(6),
            GradientClipping.byNorm(6),
            GradientClipping.byGlobalNorm(6),
            GradientClipping.none())) {
      assertClipped(clipping, new float[] {3, -4}, 3, -4);
      assertClipped(clipping, new float[] {0, 0}, 0, 0);
    }
  }

  @Test
  void aNormThatIsNotFiniteLeavesNothingToTrust() {
    GradientClipping clipping = GradientClipping.byGlobalNorm(1);

    for (float bad : new float[] {Float.POSITIVE_INFINITY, Float.NaN}) {
      List<float[]> clipped = clip(clipping, row(1, 2), row(bad));
      assertThat(clipped.get(0)).as("beside %s", bad).containsExactly(NAN, NAN);
    }
  }

  @Test
  void noneAddsNothingToTheStep() {
    Ops ops = new Ops();
    List<Tensor> gradients = List.of(ops.input("g", row(1, 2).type()));

    assertThat(GradientClipping.none().clip(ops, gradients)).isEqualTo(gradients);
    assertThat(ops.toGraph().nodes()).hasSize(1);
  }

  @Test
  void limitsThatAreNoLimitsAreRefused() {
    List<DoubleFunction<GradientClipping>> kinds =
        List.of(
            GradientClipping::byValue, GradientClipping::byNorm, GradientClipping::byGlobalNorm);
    for (DoubleFunction<GradientClipping> kind : kinds) {
      for (double limit : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e-60, 1e60}) {
        assertThatThrownBy(() -> kind.apply(limit))
            .isInstanceOfSatisfying(
                EspalierException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
            .hasMessageStartingWith("Gradients cannot be clipped to a limit of " + limit + ".");
      }
    }
  }
}
