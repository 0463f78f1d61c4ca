package dev.espalier.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Shape;
import dev.espalier.initializer.VarianceScaling.Distribution;
import dev.espalier.initializer.VarianceScaling.Mode;
import dev.espalier.random.RandomKey;
import org.junit.jupiter.api.Test;

class InitializersTest {
  @Test
  void truncatedNormalOfConvolutionsHasExactlyTheWantedDeviation() {
    Initializer initializer =
        Initializers.varianceScaling(2, Mode.FAN_OUT, Distribution.TRUNCATED_NORMAL);
    double wanted = Math.sqrt(2.0 / (3 * 3 * 64));
    float[] values = create(initializer, 3, 3, 64, 64);
    assertThat(deviation(values)).isCloseTo(wanted, within(wanted * .01));
    assertThat(largest(values)).isBetween(1.99 * wanted / .8796256, 2 * wanted / .8796256);
  }

  @Test
  void fanOutOfDepthwiseKernelsIsTheWindow() {
    Initializer initializer =
        Initializers.varianceScaling(2, Mode.FAN_OUT, Distribution.TRUNCATED_NORMAL);
    float[] values = create(initializer, 3, 3, 4000, 1);
    assertThat(deviation(values)).isCloseTo(.4714, within(.005));
  }

  @Test
  void denseKernelOfEfficientNetIsUniform() {
    Initializer initializer =
        Initializers.varianceScaling(1 / 3.0, Mode.FAN_OUT, Distribution.UNIFORM);
    float[] values = create(initializer, 1280, 100);
    assertThat(largest(values)).isBetween(.0999, .1000001);
    assertThat(deviation(values)).isCloseTo(.1 / Math.sqrt(3), within(.0005));
  }

  @Test
  void glorotUniformIsTheDefaultOfKeras() {
    float[] values = create(Initializers.glorotUniform(), 1280, 100);
    assertThat(largest(values)).isBetween(.0659, .065939);
    float[] conv = create(Initializers.glorotUniform(), 3, 3, 4, 8);
    assertThat(largest(conv)).isBetween(.22, .2357023);
  }

  @Test
  void namedVariantsScaleByTheirFan() {
    assertThat(deviation(create(Initializers.heNormal(), 200, 500))).isCloseTo(.1, within(.001));
    assertThat(deviation(create(Initializers.heUniform(), 200, 500))).isCloseTo(.1, within(.001));
    assertThat(deviation(create(Initializers.lecunNormal(), 100, 500))).isCloseTo(.1, within(.001));
    assertThat(deviation(create(Initializers.lecunUniform(), 100, 500)))
        .isCloseTo(.1, within(.001));
    assertThat(deviation(create(Initializers.glorotNormal(), 100, 300)))
        .isCloseTo(Math.sqrt(2 / 400.0), within(.001));
    Initializer untruncated =
        Initializers.varianceScaling(1, Mode.FAN_IN, Distribution.UNTRUNCATED_NORMAL);
    float[] values = create(untruncated, 100, 500);
    assertThat(deviation(values)).isCloseTo(.1, within(.001));
    assertThat(largest(values)).isGreaterThan(.3);
  }

  @Test
  void plainDistributionsTakeTheirParameter() {
    assertThat(deviation(create(Initializers.randomNormal(.5), 50_000))).isCloseTo(.5, within(.01));
    float[] cut = create(Initializers.truncatedNormal(.5), 50_000);
    assertThat(deviation(cut)).isCloseTo(.5 * .8796256, within(.01));
    assertThat(largest(cut)).isLessThanOrEqualTo(1);
    assertThat(largest(create(Initializers.randomUniform(.05), 50_000)))
        .isBetween(.0499, .05000001);
  }

  @Test
  void constantsFillAnyType() {
    assertThat(create(Initializers.zeros(), 3)).containsExactly(0, 0, 0);
    assertThat(create(Initializers.ones(), 2)).containsExactly(1, 1);
    HostArray counter =
        Initializers.constant(7)
            .create(DataType.INT32, Shape.scalar(), RandomKey.ofSeed(1).stream());
    assertThat(counter).isEqualTo(HostArray.scalar(7));
  }

  @Test
  void equalStreamsGiveEqualArrays() {
    assertThat(create(Initializers.heNormal(), 4, 5))
        .isEqualTo(create(Initializers.heNormal(), 4, 5));
  }

  @Test
  void randomNumbersAreFloats() {
    assertThatThrownBy(
            () ->
                Initializers.glorotUniform()
                    .create(DataType.INT32, Shape.of(2), RandomKey.ofSeed(1).stream()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("cannot fill a variable of type INT32");
    assertThatThrownBy(() -> Initializers.randomNormal(-1))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageStartingWith("The standard deviation of an initializer cannot be -1.0.");
  }

  private static float[] create(Initializer initializer, int... sizes) {
    return initializer
        .create(DataType.FLOAT32, Shape.of(sizes), RandomKey.ofSeed(3).stream())
        .toFloats();
  }

  private static double deviation(float... values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum / values.length);
  }

  private static double largest(float... values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
