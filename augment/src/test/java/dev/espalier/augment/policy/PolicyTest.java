package dev.espalier.augment.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.augment.Grey;
import dev.espalier.augment.geometry.CoarseDropout;
import dev.espalier.augment.geometry.Interpolation;
import dev.espalier.augment.internal.Distributions;
import dev.espalier.data.Image;
import dev.espalier.error.EspalierException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyTest {
  private static final PolicyOperation.Reach REACH = PolicyOperation.Reach.AUTO_AUGMENT;

  private static Image ramp() {
    byte[] bytes = new byte[16 * 16 * 3];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i / 3);
    }
    return Image.wrap(16, 16, 3, bytes);
  }

  private static int[] row(PolicyOperation operation, double level, int... values) {
    return Grey.row(operation.apply(Grey.of(values), level, REACH, Grey.stream(0)), 0);
  }

  @Test
  void levelsBecomeArgumentsAsPublished() {
    assertThat(row(PolicyOperation.POSTERIZE, 6, 255)).containsExactly(192);
    assertThat(row(PolicyOperation.POSTERIZE, 2, 255)).containsExactly(0);
    assertThat(row(PolicyOperation.SOLARIZE, 4, 101, 102, 255)).containsExactly(101, 153, 0);
    assertThat(row(PolicyOperation.SOLARIZE, 10, 0, 255)).containsExactly(0, 255);
    assertThat(row(PolicyOperation.SOLARIZE_ADD, 7, 0, 127, 128)).containsExactly(77, 204, 128);
    assertThat(row(PolicyOperation.BRIGHTNESS, 5, 0, 100, 255)).containsExactly(0, 100, 255);
    assertThat(row(PolicyOperation.BRIGHTNESS, 0, 100, 255)).containsExactly(10, 25);
  }

  /**
   * What Pillow 12.3 makes of them; in 32 bits the last would be 254 or 255 the other way round.
   */
  @Test
  void autoContrastIsThatOfPillow() {
    assertThat(row(PolicyOperation.AUTO_CONTRAST, 0, 0, 1, 40, 41)).containsExactly(0, 6, 248, 255);
    assertThat(row(PolicyOperation.AUTO_CONTRAST, 0, 0, 106)).containsExactly(0, 254);
    assertThat(row(PolicyOperation.AUTO_CONTRAST, 0, 0, 13, 26, 39, 221))
        .containsExactly(0, 14, 29, 44, 254);
    assertThat(row(PolicyOperation.AUTO_CONTRAST, 0, 9, 9)).containsExactly(9, 9);
  }

  @Test
  void contrastBlendsWithTheCountOfPixels() {
    Image plain = Grey.counting(32, 32, 0);

    // 32·32/256 = 4, and factor 0.1 takes nine tenths of it.
    assertThat(PolicyOperation.CONTRAST.apply(plain, 0, REACH, Grey.stream(0)).at(0, 0, 0))
        .isEqualTo(3);
  }

  @Test
  void whatComesInFromOutsideIsGrey() {
    Image black = Grey.counting(300, 300, 0);
    Image moved = PolicyOperation.TRANSLATE_X.apply(black, 4, REACH, Grey.stream(0));
    int[] row = Grey.row(moved, 0);

    assertThat(Arrays.stream(row).filter(value -> value == 128).count()).isEqualTo(100);
    assertThat(Arrays.stream(row).filter(value -> value == 0).count()).isEqualTo(200);
  }

  @Test
  void randAugmentReachesLessFar() {
    Image black = Grey.counting(300, 300, 0);
    Image moved =
        PolicyOperation.TRANSLATE_Y.apply(
            black, 10, PolicyOperation.Reach.RAND_AUGMENT, Grey.stream(0));

    assertThat(Arrays.stream(Grey.column(moved, 0)).filter(value -> value == 128).count())
        .isEqualTo(100);
  }

  @Test
  void aHoleAtLevelTenIsTwiceItsReachWide() {
    Image black = Grey.counting(300, 300, 0);
    int widest = 0;
    for (int seed = 0; seed < 20; seed++) {
      Image cut = PolicyOperation.CUTOUT.apply(black, 10, REACH, Grey.stream(seed));
      for (int row = 0; row < 300; row++) {
        int grey = (int) Arrays.stream(Grey.row(cut, row)).filter(value -> value == 128).count();
        widest = Math.max(widest, grey);
      }
    }

    assertThat(widest).isEqualTo(200);
  }

  @Test
  void equalizationIsPillows() {
    int[] values = new int[512];
    for (int i = 0; i < 512; i++) {
      values[i] = i < 256 ? 10 : 200;
    }

    // step = (512 - 256) / 255 = 1; below 10 lie 0, below 200 lie 256
    assertThat(row(PolicyOperation.EQUALIZE, 0, values)).startsWith(0).endsWith(255);
    assertThat(row(PolicyOperation.EQUALIZE, 0, 1, 2, 3)).containsExactly(1, 2, 3);
  }

  @Test
  void everyImageDrawsItsOwnOperations() {
    Set<Image> autoAugmented = new HashSet<>();
    Set<Image> trivial = new HashSet<>();
    Set<Image> random = new HashSet<>();
    for (int seed = 0; seed < 60; seed++) {
      autoAugmented.add(AutoAugment.imagenet().apply(ramp(), Grey.stream(seed)));
      trivial.add(TrivialAugment.wide().apply(ramp(), Grey.stream(seed)));
      random.add(RandAugment.standard().apply(ramp(), Grey.stream(seed)));
    }

    assertThat(autoAugmented).hasSizeGreaterThan(15);
    assertThat(trivial).hasSizeGreaterThan(25);
    assertThat(random).hasSizeGreaterThan(40);
  }

  @Test
  void elevenOperationsChangeAnImage() {
    assertThat(RandAugment.choices(.5, Interpolation.BILINEAR, true)).hasSize(11);
    assertThat(RandAugment.choices(.5, Interpolation.BILINEAR, false)).hasSize(7);
    assertThat(RandAugment.of(11, .5).apply(ramp(), Grey.stream(1))).isNotEqualTo(ramp());
  }

  @Test
  void mixturesOfAPlainGreyStayGrey() {
    // Strength 0 leaves only what keeps a plain image plain.
    Image plain = Grey.of(new int[] {90, 90}, new int[] {90, 90});
    AugMix still = new AugMix(3, 3, 0, 1, false, Interpolation.BILINEAR);
    for (int seed = 0; seed < 20; seed++) {
      int[] values = Grey.row(still.apply(plain, Grey.stream(seed)), 0);
      assertThat(values[0]).isEqualTo(values[1]);
    }
  }

  @Test
  void sharesAddUpToOneAndHaveTheirMean() {
    var random = Grey.stream(9);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 20_000; i++) {
      double[] shares = Distributions.dirichlet(3, 0.7, random);
      assertThat(Arrays.stream(shares).sum())
          .isCloseTo(1, org.assertj.core.api.Assertions.within(1e-9));
      sum += shares[0];
      squares += shares[0] * shares[0];
    }
    double mean = sum / 20_000;
    assertThat(mean).isBetween(.327, .340);
    // Variance of a share: 1/3 · 2/3 / (3 · 0.7 + 1)
    assertThat(squares / 20_000 - mean * mean).isBetween(.0700, .0735);
  }

  @Test
  void holesAreNoLargerThanAskedFor() {
    Image white = Grey.of(new int[20][20]);
    for (int seed = 0; seed < 50; seed++) {
      Image cut = CoarseDropout.cutout(.5).apply(white, Grey.stream(seed));
      int grey = 0;
      for (int row = 0; row < 20; row++) {
        grey += (int) Arrays.stream(Grey.row(cut, row)).filter(value -> value == 128).count();
      }
      assertThat(grey).isBetween(25, 100);
    }
  }

  @Test
  void impossiblePoliciesAreRefused() {
    assertThatThrownBy(() -> ImageNetRandAugment.of(2, 31))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "ImageNetRandAugment with a level of 31 is out of range."
                + " Give a number from 0 to 30. [ESP-102]");
    assertThatThrownBy(() -> RandAugment.of(-1, .5))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "RandAugment cannot apply -1 operations. Give a number from 0 to 1000. [ESP-102]");
    assertThatThrownBy(() -> new TrivialAugment(1, Interpolation.NEAREST, 0))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "TrivialAugment cannot choose from 1 levels. Give a number of 2 or more. [ESP-102]");
    assertThatThrownBy(() -> new AugMix(0, 3, .3, 1, true, Interpolation.BILINEAR))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "AugMix cannot mix 0 chains of 3 changes. Give numbers from 1 to 1000. [ESP-102]");
    assertThatThrownBy(() -> CoarseDropout.of(0, .5))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "CoarseDropout cannot make from 1 to 0 holes. Give numbers from 0 to 1000, the"
                + " smaller one first. [ESP-102]");
  }
}
