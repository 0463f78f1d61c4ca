package dev.espalier.core.dataquality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class NearDuplicatesTest {
  /** More samples than a block and more features than a chunk. */
  private static final int COUNT = 300;

  private static final int OTHERS = 170;
  private static final int WIDTH = 150;

  /** Returns random vectors, every third of which points nearly where one of the others does. */
  private static HostArray withNearCopies(HostArray others) {
    float[] values = Vectors.random(COUNT, WIDTH, 1).toFloats();
    float[] noise = Vectors.random(COUNT, WIDTH, 2).toFloats();
    float[] originals = others.toFloats();
    for (int row = 0; row < COUNT; row += 3) {
      for (int i = 0; i < WIDTH; i++) {
        float original = originals[row % OTHERS * WIDTH + i];
        values[row * WIDTH + i] = 3 * (original + row / 500f * noise[row * WIDTH + i]);
      }
    }
    return HostArray.wrap(Shape.of(COUNT, WIDTH), values);
  }

  private static double cosine(HostArray one, int row, HostArray other, int otherRow) {
    double product = 0;
    double squares = 0;
    double otherSquares = 0;
    for (int i = 0; i < WIDTH; i++) {
      double a = one.at(row * WIDTH + i);
      double b = other.at(otherRow * WIDTH + i);
      product += a * b;
      squares += a * a;
      otherSquares += b * b;
    }
    return product / Math.sqrt(squares * otherSquares);
  }

  @Test
  void pairsAreThoseOfAllCosines() {
    HostArray others = Vectors.random(OTHERS, WIDTH, 3);
    HostArray own = withNearCopies(others);
    List<NearDuplicates.Pair> expected = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      for (int j = 0; j < OTHERS; j++) {
        double cosine = cosine(own, i, others, j);
        if (cosine >= 0.9) {
          expected.add(new NearDuplicates.Pair(i, j, cosine));
        }
      }
    }
    expected.sort(Comparator.comparingDouble(NearDuplicates.Pair::similarity).reversed());

    NearDuplicates found = NearDuplicates.of(own, others, "test", 0.9);

    assertThat(expected).hasSizeBetween(50, 99);
    assertThat(found.split()).isEqualTo("test");
    assertThat(found.count()).isEqualTo(expected.size());
    assertThat(found.pairs())
        .usingRecursiveComparison()
        .withComparatorForType((a, b) -> Math.abs(a - b) < 1e-9 ? 0 : 1, Double.class)
        .isEqualTo(expected);
  }

  @Test
  void ofVeryManyPairsOnlySomeAreKeptAndAllAreCounted() {
    HostArray own = HostArray.filled(Vectors.random(150, 2, 0).type(), 3);
    HostArray others = HostArray.filled(Vectors.random(100, 2, 0).type(), 0.5);

    NearDuplicates found = NearDuplicates.of(own, others, "test", 0.99);

    assertThat(found.count()).isEqualTo(15_000);
    assertThat(found.pairs()).hasSize(10_000).doesNotHaveDuplicates();
    assertThat(found.pairs().get(101).index()).isEqualTo(1);
    assertThat(found.pairs().get(101).other()).isEqualTo(1);
    assertThat(found.pairs().get(101).similarity()).isCloseTo(1, within(1e-9));
  }

  @Test
  void vectorsOfZerosHaveNoDirection() {
    HostArray zero = HostArray.wrap(Shape.of(1, 2), 0, 0);

    assertThat(NearDuplicates.of(zero, zero, "test", 0.5).count()).isZero();
  }

  @Test
  void refusesOtherFeaturesAndCosinesOutOfRange() {
    HostArray own = Vectors.random(2, 3, 0);
    assertThatThrownBy(() -> NearDuplicates.of(own, Vectors.random(2, 4, 0), "test", 0.9))
        .hasMessageContaining("Features of length 3 and 4 cannot be compared.");
    for (double similarity : new double[] {0, -1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> NearDuplicates.of(own, own, "test", similarity))
          .hasMessageContaining("The similarity of near-duplicates cannot be " + similarity + ".");
    }
  }
}
