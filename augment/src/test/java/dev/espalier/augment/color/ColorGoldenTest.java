package dev.espalier.augment.color;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.augment.Grey;
import dev.espalier.augment.Range;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.error.EspalierException;
import dev.espalier.random.RandomStream;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The numbers of Keras 3.15.1 for changes of colour. */
class ColorGoldenTest {
  private static final Image FOUR = Grey.of(new int[] {0, 100, 200, 255});

  private static Image color(int red, int green, int blue) {
    return Image.wrap(1, 1, 3, new byte[] {(byte) red, (byte) green, (byte) blue});
  }

  private static int[] channels(Image image) {
    return new int[] {image.at(0, 0, 0), image.at(0, 0, 1), image.at(0, 0, 2)};
  }

  private static int[] applied(Augmentation augmentation, int... row) {
    return Grey.row(augmentation.apply(Grey.of(row), Grey.stream(0)), 0);
  }

  @Test
  void contrastSpreadsAboutTheMean() {
    // 69.375, 119.375, 169.375, 196.875 and -69.375, 80.625, 230.625, 313.125
    assertThat(Grey.row(RandomContrast.contrast(FOUR, .5), 0)).containsExactly(69, 119, 169, 197);
    assertThat(Grey.row(RandomContrast.contrast(FOUR, 1.5), 0)).containsExactly(0, 81, 231, 255);
  }

  /** The bytes of torchvision's adjust_hue on images of Pillow 12.3. */
  @Test
  void jitterTurnsHuesInBytes() {
    int[][] colors = {
      {200, 60, 40},
      {10, 200, 90},
      {90, 40, 250},
      {250, 249, 10},
      {128, 127, 126},
      {77, 77, 77},
      {0, 0, 3},
      {255, 0, 128}
    };
    int[][] aTenth = {
      {200, 153, 40},
      {10, 200, 198},
      {213, 40, 250},
      {112, 250, 11},
      {128, 128, 126},
      {77, 77, 77},
      {2, 0, 3},
      {255, 12, 0}
    };
    int[][] back = {
      {40, 51, 200},
      {200, 46, 10},
      {40, 250, 45},
      {202, 11, 250},
      {127, 126, 128},
      {77, 77, 77},
      {1, 3, 0},
      {0, 186, 255}
    };
    Range unchanged = Range.only(1);
    for (int i = 0; i < colors.length; i++) {
      Image one = color(colors[i][0], colors[i][1], colors[i][2]);
      ColorJitter forth = new ColorJitter(unchanged, unchanged, unchanged, Range.only(.1));
      ColorJitter other = new ColorJitter(unchanged, unchanged, unchanged, Range.only(-.37));

      assertThat(channels(forth.apply(one, Grey.stream(i)))).containsExactly(aTenth[i]);
      assertThat(channels(other.apply(one, Grey.stream(i)))).containsExactly(back[i]);
    }
  }

  @Test
  void contrastOfOneFactorOnlyGrowsInKeras3AndGoesBothWaysInTensorFlow23() {
    assertThat(RandomContrast.of(.1).multiplier()).isEqualTo(Range.of(1, 1.1));
    assertThat(RandomContrast.ofTensorFlow23(.1).multiplier()).isEqualTo(Range.of(.9, 1.1));
    assertThat(RandomContrast.of(.2, .3).multiplier()).isEqualTo(Range.of(.8, 1.3));
  }

  @Test
  void brightnessAddsAndClips() {
    assertThat(Grey.row(RandomBrightness.brighten(FOUR, .1), 0)).containsExactly(26, 126, 226, 255);
    assertThat(Grey.row(RandomBrightness.brighten(FOUR, -.5), 0)).containsExactly(0, 0, 72, 128);
  }

  @Test
  void brightnessNeverFallsWhenItsFactorIsPositive() {
    RandomBrightness brighter = new RandomBrightness(Range.of(.1, 1));
    RandomStream random = Grey.stream(1);
    for (int i = 0; i < 100; i++) {
      int[] row = Grey.row(brighter.apply(FOUR, random), 0);
      assertThat(row[0]).isPositive();
      assertThat(row[1]).isGreaterThan(100);
      assertThat(row[3]).isEqualTo(255);
    }
  }

  @Test
  void brightnessNeverRisesWhenItsFactorIsNegative() {
    RandomBrightness darker = new RandomBrightness(Range.of(-1, -.1));
    RandomStream random = Grey.stream(1);
    for (int i = 0; i < 100; i++) {
      int[] row = Grey.row(darker.apply(FOUR, random), 0);
      assertThat(row[0]).isZero();
      assertThat(row[1]).isLessThan(100);
      assertThat(row[3]).isLessThan(255);
    }
  }

  @Test
  void autoContrastStretchesEachChannel() {
    // 0, 63.75, 127.5, 255: ties go to the even number
    assertThat(applied(new AutoContrast(), 10, 20, 30, 50)).containsExactly(0, 64, 128, 255);
    assertThat(applied(new AutoContrast(), 7, 7, 7)).containsExactly(7, 7, 7);
    byte[] bytes = new byte[12];
    for (int i = 0; i < 12; i++) {
      bytes[i] = (byte) (i + 1);
    }
    Image stretched = new AutoContrast().apply(Image.wrap(2, 2, 3, bytes), Grey.stream(0));
    for (int channel = 0; channel < 3; channel++) {
      assertThat(stretched.at(0, 0, channel)).isZero();
      assertThat(stretched.at(0, 1, channel)).isEqualTo(85);
      assertThat(stretched.at(1, 0, channel)).isEqualTo(170);
      assertThat(stretched.at(1, 1, channel)).isEqualTo(255);
    }
  }

  @Test
  void solarizationInvertsFromTheThresholdOn() {
    assertThat(applied(Solarize.at(0), 0, 64, 127, 191, 255)).containsExactly(255, 191, 128, 64, 0);
    assertThat(applied(Solarize.at(128), 0, 191, 255)).containsExactly(0, 64, 0);
    assertThat(applied(Solarize.of(Range.only(100), Range.only(128)), 0, 27, 28, 200))
        .containsExactly(100, 127, 127, 0);
  }

  @Test
  void posterizationKeepsTheHighestBits() {
    assertThat(applied(Posterize.bits(1), 128, 235, 87, 12, 1, 23, 24, 18, 121))
        .containsExactly(128, 128, 0, 0, 0, 0, 0, 0, 0);
    Set<Integer> seen = new TreeSet<>();
    for (int seed = 0; seed < 100; seed++) {
      seen.add(
          Posterize.between(1, 3).apply(Grey.of(new int[] {255}), Grey.stream(seed)).at(0, 0, 0));
    }
    assertThat(seen).containsExactly(128, 192, 224);
  }

  @Test
  void sharpnessBlendsWithTheSmoothedImage() {
    Image point = Grey.of(new int[] {0, 0, 0}, new int[] {0, 130, 0}, new int[] {0, 0, 0});

    assertThat(Grey.values(Sharpness.sharpen(point, 0)))
        .isDeepEqualTo(new int[][] {{10, 10, 10}, {10, 50, 10}, {10, 10, 10}});
    assertThat(Grey.values(Sharpness.sharpen(point, 1)))
        .isDeepEqualTo(new int[][] {{0, 0, 0}, {0, 210, 0}, {0, 0, 0}});
    assertThat(Sharpness.sharpen(point, .5)).isEqualTo(point);
  }

  @Test
  void colorDegenerationMixesWithGrey() {
    Image orange = color(200, 100, 50);

    assertThat(channels(RandomColorDegeneration.degenerate(orange, 1)))
        .containsExactly(124, 124, 124);
    assertThat(channels(RandomColorDegeneration.degenerate(orange, .5)))
        .containsExactly(162, 112, 87);
    assertThat(RandomColorDegeneration.degenerate(orange, 0)).isEqualTo(orange);
    assertThat(channels(RandomGrayscale.of(1).apply(orange, Grey.stream(0))))
        .containsExactly(124, 124, 124);
  }

  @Test
  void saturationOfNothingIsGreyAndOfOneHalfUnchanged() {
    Image orange = color(200, 100, 50);

    assertThat(channels(RandomSaturation.of(0, 0).apply(orange, Grey.stream(0))))
        .containsExactly(200, 200, 200);
    assertThat(RandomSaturation.of(.5, .5).apply(orange, Grey.stream(0))).isEqualTo(orange);
    // Half the saturation halves the distances from the greatest channel.
    assertThat(channels(RandomSaturation.saturate(orange, .5))).containsExactly(200, 150, 125);
  }

  @Test
  void huesTurnAlongTheCircle() {
    assertThat(channels(RandomHue.shift(color(200, 50, 50), 1 / 3.0))).containsExactly(50, 200, 50);
    assertThat(channels(RandomHue.shift(color(200, 50, 50), -1 / 3.0)))
        .containsExactly(50, 50, 200);
    assertThat(channels(RandomHue.shift(color(200, 50, 50), 0.5))).containsExactly(50, 200, 200);
    assertThat(channels(RandomHue.shift(color(9, 9, 9), 0.3))).containsExactly(9, 9, 9);
  }

  @Test
  void inversionGivesTheNegative() {
    assertThat(applied(RandomInvert.of(1), 0, 100, 255)).containsExactly(255, 155, 0);
  }

  @Test
  void equalizationSpreadsTheCounts() {
    assertThat(applied(new Equalize(), 50, 50, 100, 100, 100, 100, 200, 200, 250))
        .containsExactly(0, 0, 146, 146, 146, 146, 219, 219, 255);
    assertThat(applied(new Equalize(), 128, 128, 128)).containsExactly(128, 128, 128);
  }

  @Test
  void noiseHasTheDeviationAskedFor() {
    int[][] rows = new int[200][200];
    for (int[] row : rows) {
      Arrays.fill(row, 128);
    }
    Image noisy = new GaussianNoise(Range.only(10)).apply(Grey.of(rows), Grey.stream(5));
    double sum = 0;
    double squares = 0;
    for (int row = 0; row < 200; row++) {
      for (int value : Grey.row(noisy, row)) {
        sum += value - 128;
        squares += (value - 128) * (value - 128);
      }
    }
    assertThat(sum / 40_000).isBetween(-.2, .2);
    // Rounding adds a twelfth to the variance.
    assertThat(squares / 40_000).isBetween(97.0, 103.0);
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(EspalierException.class).hasMessage(message);
  }

  @Test
  void impossibleStrengthsAreRefused() {
    refused(
        () -> RandomBrightness.of(1.1),
        "RandomBrightness with a factor of -1.1..1.1 is out of range."
            + " Give numbers from -1 to 1. [ESP-102]");
    refused(
        () -> RandomContrast.of(-.1),
        "RandomContrast with factors of 0 and -0.1 is out of range."
            + " Give numbers from 0 to 1. [ESP-102]");
    refused(
        () -> Posterize.bits(9),
        "Posterize cannot keep from 9 to 9 bits. Give numbers from 1 to 8, the smaller"
            + " one first. [ESP-102]");
    refused(
        () -> Solarize.at(300),
        "Solarize with a threshold of 300 is out of range. Give numbers from 0 to 255. [ESP-102]");
    refused(
        () -> GaussianBlur.of(4, 1, 2),
        "GaussianBlur with a kernel of 4 pixels has no centre. Give an odd number from"
            + " 1 to 255. [ESP-102]");
    refused(
        () -> GaussianBlur.of(3, 0, 2),
        "GaussianBlur with a sigma of 0..2 is out of range. Give numbers above 0. [ESP-102]");
    refused(
        () -> RandomHue.of(-.1),
        "RandomHue with a factor of -0.1 is out of range. Give a number from 0 to 1. [ESP-102]");
    refused(
        () -> ColorJitter.of(0, -.5, 0, 0),
        "ColorJitter by a contrast of -0.5 is out of range. Give an amount of 0 or"
            + " more; 0 leaves the image unchanged. [ESP-102]");
    refused(
        () -> ColorJitter.of(0, 0, 0, .6),
        "ColorJitter with a hue of -0.6..0.6 is out of range. Give numbers from -0.5 to 0.5."
            + " [ESP-102]");
    refused(
        () -> RandomGrayscale.of(-1),
        "The probability of RandomGrayscale is -1. Give a number from 0 to 1. [ESP-102]");
  }
}
