package dev.espalier.testkit.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.TestAbortedException;

class GoldenNumbersTest {
  /** Computed with NumPy. */
  @Test
  void uniformNumbersDependOnTheKeyAlone() {
    assertThat(GoldenNumbers.uniform("golden/labels", 3))
        .containsExactly(0.2346448302268982, 0.8604120016098022, 0.7422253489494324);
    assertThat(GoldenNumbers.uniform("golden/labels", 2))
        .containsExactly(0.2346448302268982, 0.8604120016098022);
  }

  @ParameterizedTest
  @CsvSource({
    "stem_conv, kernel, 3, -0.2801276445388794",
    "block1a_dwconv, kernel, 1, -0.11314405500888824",
  })
  void kernelsAreScaledByTheirFan(String layer, String variable, int last, float expected) {
    HostArray kernel =
        GoldenNumbers.weight(layer, variable, TensorType.float32(3, 3, last == 1 ? 8 : 3, last));
    assertThat(kernel.at(5)).isEqualTo(expected);
  }

  @Test
  void laterProjectionsOfAStageAreQuartered() {
    TensorType type = TensorType.float32(2);
    assertThat(GoldenNumbers.weight("block2a_project_bn", "gamma", type).at(0)).isBetween(0.8, 1.2);
    assertThat(GoldenNumbers.weight("block2b_project_bn", "gamma", type).at(0)).isBetween(0.2, 0.3);
    assertThat(GoldenNumbers.weight("top_bn", "gamma", type).at(0)).isBetween(0.8, 1.2);
  }

  @Test
  void countersStartAtZero() {
    TensorType type = new TensorType(DataType.INT32, Shape.scalar());
    assertThat(GoldenNumbers.weight("normalization", "count", type)).isEqualTo(HostArray.scalar(0));
  }

  @Test
  void imagesAreCoarseColoursWithNoise() {
    HostArray images = GoldenNumbers.images("golden/64", 2, 64, 64);
    assertThat(images.shape()).isEqualTo(Shape.of(2, 64, 64, 3));
    assertThat(new double[] {images.at(0), images.at(1), images.at(5000), images.at(24_575)})
        .containsExactly(179, 160, 119, 108);
  }

  @Test
  void aMissingFileSkipsTheTestAndSaysWhere() {
    assertThatThrownBy(() -> SharedData.path("no/such/file"))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("../shared/no/such/file");
  }
}
