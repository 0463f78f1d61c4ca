package dev.espalier.augment.geometry;

import static dev.espalier.augment.Grey.assertScaled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.augment.Grey;
import dev.espalier.augment.internal.Box;
import dev.espalier.data.Image;
import dev.espalier.data.ImageResizing;
import dev.espalier.error.EspalierException;
import org.junit.jupiter.api.Test;

/** The numbers of Keras 3.15.1 for Resizing and CenterCrop, and the rules of the crops. */
class ResizeTest {
  private static int[][] resized(Resize resize, Image image) {
    return Grey.values(resize.resize(image));
  }

  @Test
  void bilinearEnlarges() {
    int[][] rows = resized(Resize.to(4, 4), Grey.counting(2, 2, 80));

    assertScaled(rows[0], 80, 0, .25, .75, 1);
    assertScaled(rows[1], 80, .5, .75, 1.25, 1.5);
    assertScaled(rows[2], 80, 1.5, 1.75, 2.25, 2.5);
    assertScaled(rows[3], 80, 2, 2.25, 2.75, 3);
  }

  @Test
  void bilinearShrinksWithAndWithoutAntialias() {
    Image image = Grey.counting(4, 4, 16);
    int[][] plain = resized(Resize.to(2, 2), image);
    int[][] smoothed = resized(Resize.to(2, 2).withAntialias(true), image);

    assertScaled(plain[0], 16, 2.5, 4.5);
    assertScaled(plain[1], 16, 10.5, 12.5);
    assertScaled(smoothed[0], 16, 3.5714, 5.1429);
    assertScaled(smoothed[1], 16, 9.8571, 11.4286);
  }

  @Test
  void bilinearToSizesThatDoNotDivide() {
    int[][] larger = resized(Resize.to(5, 5), Grey.counting(3, 3, 30));
    int[][] smaller = resized(Resize.to(3, 3), Grey.counting(4, 4, 16));

    assertScaled(larger[0], 30, 0, .4, 1, 1.6, 2);
    assertScaled(larger[2], 30, 3, 3.4, 4, 4.6, 5);
    assertScaled(smaller[0], 16, .8333, 2.1667, 3.5);
    assertScaled(smaller[1], 16, 6.1667, 7.5, 8.8333);
    assertScaled(smaller[2], 16, 11.5, 12.8333, 14.1667);
  }

  @Test
  void nearestTakesThePixelAtTheCentre() {
    Resize nearest = Resize.to(2, 2).withInterpolation(Interpolation.NEAREST);

    assertThat(resized(nearest, Grey.counting(4, 4, 1)))
        .isDeepEqualTo(new int[][] {{5, 7}, {13, 15}});
    assertThat(
            resized(
                Resize.to(4, 4).withInterpolation(Interpolation.NEAREST), Grey.counting(2, 2, 1)))
        .isDeepEqualTo(new int[][] {{0, 0, 1, 1}, {0, 0, 1, 1}, {2, 2, 3, 3}, {2, 2, 3, 3}});
    assertThat(
            resized(
                Resize.to(5, 5).withInterpolation(Interpolation.NEAREST), Grey.counting(3, 3, 1))[
                0])
        .containsExactly(0, 0, 1, 2, 2);
  }

  @Test
  void nearestIsThatOfBatchesAndOfTensorFlow() {
    Resize nearest = Resize.to(40, 1).withInterpolation(Interpolation.NEAREST);
    Image column = Grey.counting(112, 1, 1);

    assertThat(Grey.column(nearest.resize(column), 0)[22]).isEqualTo(63);
    assertThat(nearest.resize(column)).isEqualTo(ImageResizing.nearest(column, 40, 1));
  }

  @Test
  void proportionsAreKeptByCuttingOff() {
    assertThat(resized(Resize.to(4, 2).cropping(), Grey.counting(4, 4, 1)))
        .isDeepEqualTo(new int[][] {{1, 2}, {5, 6}, {9, 10}, {13, 14}});
  }

  @Test
  void proportionsAreKeptByABorder() {
    assertThat(resized(Resize.to(4, 4).padding(9), Grey.counting(2, 4, 1)))
        .isDeepEqualTo(new int[][] {{9, 9, 9, 9}, {0, 1, 2, 3}, {4, 5, 6, 7}, {9, 9, 9, 9}});
  }

  @Test
  void bytesAreRoundedTiesToEven() {
    int[][] rows = resized(Resize.to(4, 4), Grey.of(new int[] {0, 255}, new int[] {255, 0}));

    assertThat(rows[0]).containsExactly(0, 64, 191, 255);
    assertThat(rows[1]).containsExactly(64, 96, 159, 191);
  }

  @Test
  void sevenfoldEnlargementRepeatsTheEdgeAndRisesBySevenths() {
    int[] values = resized(Resize.to(1, 224), Grey.counting(1, 32, 7))[0];

    for (int i = 0; i <= 3; i++) {
      assertThat(values[i]).isZero();
    }
    for (int k = 0; k < 200; k++) {
      assertThat(values[3 + k]).isEqualTo(k);
    }
  }

  @Test
  void bicubicIsThatOfTensorFlow() {
    // 40 + 60·x keeps what overshoots inside 0 to 255.
    Image image = Grey.of(new int[] {40, 100}, new int[] {160, 220});
    int[] row = resized(Resize.to(4, 4).withInterpolation(Interpolation.BICUBIC), image)[0];

    assertScaled(
        row, 60, 40 / 60.0 - .2647, 40 / 60.0 + .0307, 40 / 60.0 + .6164, 40 / 60.0 + .9118);
  }

  @Test
  void areaTakesTheMeanOfWhatAPixelCovers() {
    Resize area = Resize.to(2, 2).withInterpolation(Interpolation.AREA);

    assertThat(resized(area, Grey.counting(4, 4, 2))).isDeepEqualTo(new int[][] {{5, 9}, {21, 25}});
    // The middle column of three counts half on either side.
    assertThat(
            resized(
                Resize.to(1, 2).withInterpolation(Interpolation.AREA),
                Grey.of(new int[] {0, 30, 90}))[0])
        .containsExactly(10, 70);
  }

  @Test
  void bilinearIsWhatIsUsedWhenBatchesAreMade() {
    Image image = Grey.counting(11, 17, 1);

    assertThat(Resize.to(23, 9).resize(image)).isEqualTo(ImageResizing.bilinear(image, 23, 9));
  }

  @Test
  void centreCropRoundsTowardsTheUpperLeft() {
    Image image = Grey.counting(9, 11, 1);

    Image cropped = CenterCrop.to(4, 9).apply(image, Grey.stream(0));

    assertThat(cropped.at(0, 0, 0)).isEqualTo(2 * 11 + 1);
    assertThat(cropped.at(3, 8, 0)).isEqualTo(5 * 11 + 9);
  }

  @Test
  void centreCropTakesTheMiddleOrResizesKeepingProportions() {
    Image image = Grey.counting(9, 11, 1);
    for (int[] size : new int[][] {{5, 7}, {4, 9}, {9, 4}}) {
      assertThat(CenterCrop.to(size[0], size[1]).apply(image, Grey.stream(0)))
          .isEqualTo(new Box((9 - size[0]) / 2, (11 - size[1]) / 2, size[0], size[1]).cut(image));
    }
    for (int[] size : new int[][] {{15, 10}, {10, 17}}) {
      assertThat(CenterCrop.to(size[0], size[1]).apply(image, Grey.stream(0)))
          .isEqualTo(Resize.to(size[0], size[1]).cropping().resize(image));
    }
  }

  @Test
  void centreCropOfASmallerImageResizesKeepingProportions() {
    Image image = Grey.counting(11, 3, 4);

    for (int width : new int[] {17, 100}) {
      assertThat(CenterCrop.to(5, width).apply(image, Grey.stream(0)))
          .isEqualTo(Resize.to(5, width).cropping().resize(image));
    }
  }

  @Test
  void randomCropTakesEveryPlace() {
    Image image = Grey.counting(3, 4, 1);
    boolean[] seen = new boolean[12];
    for (int seed = 0; seed < 200; seed++) {
      Image cropped = RandomCrop.to(2, 2).apply(image, Grey.stream(seed));
      int corner = cropped.at(0, 0, 0);
      seen[corner] = true;
      assertThat(cropped.at(1, 1, 0)).isEqualTo(corner + 5);
    }

    assertThat(seen)
        .containsExactly(
            true, true, true, false, true, true, true, false, false, false, false, false);
  }

  @Test
  void randomCropOfAnImageOfTheSameHeightTakesTheMiddle() {
    Image cropped = RandomCrop.to(8, 8).apply(Grey.counting(8, 16, 1), Grey.stream(0));

    assertThat(Grey.row(cropped, 0)).containsExactly(4, 5, 6, 7, 8, 9, 10, 11);
  }

  @Test
  void randomCropOfALowerImageStretchesAWindow() {
    Image image = Grey.counting(8, 16, 1);
    Image cropped = RandomCrop.to(10, 8).apply(image, Grey.stream(0));

    assertThat(cropped).isEqualTo(Resize.to(10, 8).resize(new Box(0, 5, 8, 8).cut(image)));
  }

  @Test
  void randomCropOfANarrowerImageStretchesAWindow() {
    Image image = Grey.counting(8, 16, 1);

    // The largest middle part of the proportions 8:18 is 7 rows high and begins in row 0.
    assertThat(RandomCrop.to(8, 18).apply(image, Grey.stream(0)))
        .isEqualTo(Resize.to(8, 18).resize(image));
  }

  @Test
  void anImageTooLongForABorderIsRefused() {
    Image strip = Image.wrap(1, 60_000, 1, new byte[60_000]);

    assertThatThrownBy(() -> Resize.to(8, 8).padding(0).resize(strip))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "An image of 1x60000 pixels is too elongated to be padded to the aspect ratio"
                + " of 8x8 (height x width). Leave the image out, or crop it to the aspect ratio"
                + " instead. [ESP-304]");
  }

  @Test
  void resizedCropsKeepAreaAndProportions() {
    Image image = Grey.counting(100, 150, 0);
    RandomResizedCrop crop = RandomResizedCrop.to(8, 8).withArea(.2, .5);
    for (int seed = 0; seed < 500; seed++) {
      Box box = crop.box(image, Grey.stream(seed));
      double share = (double) box.height() * box.width() / 15_000;
      assertThat(share).isBetween(.19, .51);
      assertThat((double) box.width() / box.height()).isBetween(.72, 1.37);
      assertThat(box.top() + box.height()).isLessThanOrEqualTo(100);
      assertThat(box.left() + box.width()).isLessThanOrEqualTo(150);
    }
  }

  @Test
  void resizedCropOfAStripTakesItsMiddle() {
    Image strip = Grey.counting(10, 200, 0);

    Box box = RandomResizedCrop.to(8, 8).withArea(1, 1).box(strip, Grey.stream(0));

    assertThat(box).isEqualTo(new Box(0, 93, 10, 13));
  }

  @Test
  void mirroringInTheSamePassIsAFlip() {
    Image image = Grey.counting(12, 20, 1);
    Box box = new Box(2, 3, 7, 11);
    Resampling resampling = new Resampling(Interpolation.BILINEAR, true);

    assertThat(resampling.resize(image, box, 5, 6, true))
        .isEqualTo(RandomFlip.flip(resampling.resize(image, box, 5, 6, false), true, false));
  }

  @Test
  void impossibleSizesAndSmallImagesAreRefused() {
    assertThatThrownBy(() -> Resize.to(0, 5))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "Resize to 0x5 pixels (height x width) leaves nothing."
                + " Give a height and a width of 1 or more. [ESP-102]");
    assertThatThrownBy(
            () ->
                RandomCrop.to(10, 8)
                    .refusingSmallImages()
                    .apply(Grey.counting(8, 16, 1), Grey.stream(0)))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "An image of 8x16 pixels is smaller than the crop of 10x8 (height x width)."
                + " Leave the image out, use a smaller crop, or enlarge small images"
                + " (small-images = enlarge). [ESP-304]");
    assertThatThrownBy(() -> RandomResizedCrop.to(8, 8).withArea(0, 2))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "RandomResizedCrop with an area of 0..2 is out of range."
                + " Give numbers above 0 and at most 1. [ESP-102]");
  }
}
