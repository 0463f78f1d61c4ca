package dev.espalier.augment.mix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.augment.Grey;
import dev.espalier.augment.internal.Box;
import dev.espalier.augment.internal.Distributions;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.Image;
import dev.espalier.data.ImageBatch;
import dev.espalier.data.SoftLabels;
import dev.espalier.error.EspalierException;
import dev.espalier.testkit.data.BatchAugmentationContract;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** MixUp and CutMix, with the cases of Keras' own tests. */
class MixingTest {
  private static final Image BLACK = Grey.of(new int[10][10]);
  private static final Image WHITE = white();
  private static final ImageBatch TWO =
      new ImageBatch(List.of(BLACK, WHITE), SoftLabels.of(new int[] {0, 1}, 2));

  private static Image white() {
    int[][] rows = new int[10][10];
    for (int[] row : rows) {
      Arrays.fill(row, 200);
    }
    return Grey.of(rows);
  }

  @Nested
  class MixUpContract extends BatchAugmentationContract {
    @Override
    protected BatchAugmentation augmentation() {
      return MixUp.of(1);
    }
  }

  @Nested
  class CutMixContract extends BatchAugmentationContract {
    @Override
    protected BatchAugmentation augmentation() {
      return CutMix.withAlpha(1);
    }
  }

  @Test
  void mixUpBlendsImagesAndLabelsAlike() {
    ImageBatch mixed = MixUp.mix(TWO, new float[] {.2f, 1}, new int[] {1, 0});

    assertThat(mixed.images().get(0).at(3, 3, 0)).isEqualTo(160);
    assertThat(mixed.images().get(1)).isEqualTo(WHITE);
    assertThat(mixed.labels().toArray()).containsExactly(.2f, .8f, 0, 1);
  }

  @Test
  void wholeSharesAndOwnPartnersChangeNothing() {
    assertThat(MixUp.mix(TWO, new float[] {1, 1}, new int[] {1, 0})).isEqualTo(TWO);
    assertThat(MixUp.mix(TWO, new float[] {.2f, .3f}, new int[] {0, 1}).images())
        .isEqualTo(TWO.images());
    double[] half = {.5, .5};
    assertThat(CutMix.paste(TWO, new int[] {0, 1}, half, half, half).images())
        .isEqualTo(TWO.images());
  }

  @Test
  void cutMixPastesAPartAndSharesLabelsByArea() {
    ImageBatch mixed =
        CutMix.paste(
            TWO, new int[] {1, 0}, new double[] {.5, 0}, new double[] {.2, 0}, new double[2]);
    Image first = mixed.images().get(0);

    for (int row = 0; row < 10; row++) {
      for (int column = 0; column < 10; column++) {
        boolean inside = row >= 2 && row < 7 && column < 5;
        assertThat(first.at(row, column, 0)).isEqualTo(inside ? 200 : 0);
      }
    }
    assertThat(mixed.images().get(1)).isEqualTo(WHITE);
    assertThat(mixed.labels().toArray()).containsExactly(.75f, .25f, 0, 1);
  }

  @Test
  void edgesBetweenPixelsAreCutOnTheGridAsInKeras() {
    // Rows 2.4 to 4.9: pixels 3 and 4.
    Box part = Box.between(2.4, 0, 4.9, 2, BLACK);

    assertThat(part).isEqualTo(new Box(3, 0, 2, 2));
    assertThat(Box.between(2.4, 0, 2.6, 2, BLACK).height()).isZero();
    assertThat(Box.between(2, 0, 10.0000001, 2, BLACK).height()).isEqualTo(8);
  }

  @Test
  void labelsFollowTheAreaThatIsPasted() {
    for (int seed = 0; seed < 100; seed++) {
      ImageBatch mixed = CutMix.withAlpha(1).apply(TWO, Grey.stream(seed));
      int pasted = 0;
      for (int[] row : Grey.values(mixed.images().get(0))) {
        pasted += (int) Arrays.stream(row).filter(value -> value == 200).count();
      }
      assertThat(Math.abs(pasted / 100.0 - mixed.labels().share(0, 1))).isLessThan(.2);
    }
  }

  @Test
  void everyBatchDrawsItsOwn() {
    Set<SoftLabels> mixed = new HashSet<>();
    Set<SoftLabels> cut = new HashSet<>();
    for (int seed = 0; seed < 50; seed++) {
      mixed.add(MixUp.of(1).apply(TWO, Grey.stream(seed)).labels());
      cut.add(CutMix.withAlpha(1).apply(TWO, Grey.stream(seed)).labels());
    }

    assertThat(mixed).hasSizeGreaterThan(15);
    assertThat(cut).hasSizeGreaterThan(15);
  }

  @Test
  void smallAlphasTakeOneOrTheOtherEquallyOften() {
    var random = Grey.stream(3);
    int whole = 0;
    for (int i = 0; i < 2000; i++) {
      double share = Distributions.beta(1e-6, random);
      assertThat(Math.min(share, 1 - share)).isLessThan(.01);
      whole += share > .5 ? 1 : 0;
    }

    assertThat(whole).isBetween(900, 1100);
  }

  @Test
  void impossibleStrengthsAreRefused() {
    assertThatThrownBy(() -> MixUp.of(0))
        .isInstanceOf(EspalierException.class)
        .hasMessage("MixUp with an alpha of 0 is out of range. Give a number above 0. [ESP-102]");
    assertThatThrownBy(() -> CutMix.of(1.5))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "CutMix with a factor of 1.5 is out of range. Give a number from 0 to 1. [ESP-102]");
  }
}
