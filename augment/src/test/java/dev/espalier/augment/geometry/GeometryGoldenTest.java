package dev.espalier.augment.geometry;

import static dev.espalier.augment.Grey.assertScaled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.augment.Grey;
import dev.espalier.augment.Range;
import dev.espalier.data.Image;
import org.junit.jupiter.api.Test;

/** The numbers of Keras 3.15.1 for flips and affine changes. */
class GeometryGoldenTest {
  private static final Range NONE = Range.only(0);

  private static RandomRotation rotation() {
    return RandomRotation.of(NONE);
  }

  private static RandomTranslation translation() {
    return RandomTranslation.of(NONE, NONE);
  }

  private static RandomZoom zoom() {
    return RandomZoom.of(NONE, NONE);
  }

  @Test
  void flips() {
    Image image = Grey.of(new int[] {2, 3, 4}, new int[] {5, 6, 7});

    assertThat(Grey.values(RandomFlip.flip(image, true, false)))
        .isDeepEqualTo(new int[][] {{4, 3, 2}, {7, 6, 5}});
    assertThat(Grey.values(RandomFlip.flip(image, false, true)))
        .isDeepEqualTo(new int[][] {{5, 6, 7}, {2, 3, 4}});
    assertThat(Grey.values(RandomFlip.flip(image, true, true)))
        .isDeepEqualTo(new int[][] {{7, 6, 5}, {4, 3, 2}});
  }

  @Test
  void quarterTurns() {
    Image image = Grey.counting(3, 3, 1);

    assertThat(Grey.values(rotation().rotate(image, 0.25)))
        .isDeepEqualTo(new int[][] {{2, 5, 8}, {1, 4, 7}, {0, 3, 6}});
    assertThat(Grey.values(rotation().rotate(image, -0.25)))
        .isDeepEqualTo(new int[][] {{6, 3, 0}, {7, 4, 1}, {8, 5, 2}});
  }

  @Test
  void halfTurnReversesAll() {
    Image turned = rotation().rotate(Grey.counting(5, 5, 1), 0.5);

    assertThat(Grey.row(turned, 0)).containsExactly(24, 23, 22, 21, 20);
    assertThat(Grey.row(turned, 4)).containsExactly(4, 3, 2, 1, 0);
  }

  @Test
  void eighthTurnOverNothing() {
    Image turned = rotation().withFill(FillMode.CONSTANT, 0).rotate(Grey.counting(3, 3, 30), 0.125);

    assertScaled(Grey.row(turned, 0), 30, .5858, 2.5858, 2.9289);
    assertScaled(Grey.row(turned, 1), 30, 1.1716, 4, 6.8284);
    assertScaled(Grey.row(turned, 2), 30, 1.7574, 5.4142, 4.1005);
  }

  @Test
  void quarterTurnOfAnOblongOverNothing() {
    Image turned = rotation().withFill(FillMode.CONSTANT, 0).rotate(Grey.counting(2, 4, 30), 0.25);

    assertScaled(Grey.row(turned, 0), 30, 0, 2, 6, 0);
    assertScaled(Grey.row(turned, 1), 30, 0, 1, 5, 0);
  }

  @Test
  void tenthTurnReflecting() {
    Image turned = rotation().rotate(Grey.counting(5, 5, 10), 0.1);

    assertScaled(Grey.row(turned, 0), 10, 1.5575, 2.3666, 5.0854, 8.8333, 11.7877);
    assertScaled(Grey.row(turned, 2), 10, 4.5041, 8.2521, 12, 15.7479, 19.4959);
  }

  @Test
  void shiftsByWholePixels() {
    Image image = Grey.counting(5, 5, 1);
    RandomTranslation constant = translation().withFill(FillMode.CONSTANT, 0);

    assertThat(Grey.column(translation().translate(image, -.2, 0), 0))
        .containsExactly(5, 10, 15, 20, 20);
    assertThat(Grey.column(constant.translate(image, -.2, 0), 0)).containsExactly(5, 10, 15, 20, 0);
    assertThat(Grey.column(translation().translate(image, .2, 0), 0))
        .containsExactly(0, 0, 5, 10, 15);
    assertThat(Grey.row(translation().translate(image, 0, -.2), 0)).containsExactly(1, 2, 3, 4, 4);
    assertThat(Grey.row(constant.translate(image, 0, -.2), 0)).containsExactly(1, 2, 3, 4, 0);
  }

  @Test
  void shiftsByHalfTheHeight() {
    Image shifted = translation().translate(Grey.counting(8, 2, 1), .5, 0);

    assertThat(Grey.values(shifted))
        .isDeepEqualTo(
            new int[][] {{6, 7}, {4, 5}, {2, 3}, {0, 1}, {0, 1}, {2, 3}, {4, 5}, {6, 7}});
  }

  @Test
  void shiftsByPartsOfPixelsInEveryFillMode() {
    Image column = Grey.counting(5, 1, 60);
    double down = 1.5 / 5;

    assertScaled(shifted(column, FillMode.CONSTANT, down), 60, 0, 0, .5, 1.5, 2.5);
    assertScaled(shifted(column, FillMode.NEAREST, down), 60, 0, 0, .5, 1.5, 2.5);
    assertScaled(shifted(column, FillMode.REFLECT, down), 60, .5, 0, .5, 1.5, 2.5);
    assertScaled(shifted(column, FillMode.WRAP, down), 60, 3.5, 4, .5, 1.5, 2.5);
  }

  /**
   * The numbers of Keras on TensorFlow, whose other backends blend the last pixel and the first.
   */
  @Test
  void seamOfWrapIsOneOfItsPixels() {
    Image column = Grey.counting(5, 1, 60);
    RandomTranslation nearest =
        translation().withFill(FillMode.WRAP, 0).withInterpolation(Interpolation.NEAREST);

    assertScaled(shifted(column, FillMode.WRAP, -.25), 60, 1.25, 2.25, 3.25, 0, .25);
    assertScaled(shifted(column, FillMode.WRAP, .9), 60, 4, 1.5, 2.5, 3.5, 4);
    assertScaled(Grey.column(nearest.translate(column, .25, 0), 0), 60, 4, 4, 1, 2, 3);
    assertScaled(Grey.column(nearest.translate(column, -.07, 0), 0), 60, 0, 1, 2, 3, 0);
    assertScaled(Grey.column(nearest.translate(column, .07, 0), 0), 60, 4, 1, 2, 3, 4);
  }

  private static int[] shifted(Image image, FillMode mode, double down) {
    return Grey.column(translation().withFill(mode, 0).translate(image, down, 0), 0);
  }

  @Test
  void shiftsFarInEveryFillMode() {
    Image row = Grey.counting(1, 5, 1);

    assertThat(shiftedRight(row, FillMode.CONSTANT)).containsExactly(0, 0, 0, 0, 1);
    assertThat(shiftedRight(row, FillMode.REFLECT)).containsExactly(2, 1, 0, 0, 1);
    assertThat(shiftedRight(row, FillMode.WRAP)).containsExactly(2, 3, 4, 0, 1);
  }

  private static int[] shiftedRight(Image image, FillMode mode) {
    return Grey.row(translation().withFill(mode, 0).translate(image, 0, .6), 0);
  }

  @Test
  void zoomsOutOverNothing() {
    Image zoomed = zoom().withFill(FillMode.CONSTANT, 0).zoom(Grey.counting(5, 5, 10), .5, .8);

    assertThat(Grey.row(zoomed, 0)).containsOnly(0);
    assertScaled(Grey.row(zoomed, 1), 10, 0, 2.7, 4.5, 6.3, 0);
    assertScaled(Grey.row(zoomed, 2), 10, 0, 10.2, 12, 13.8, 0);
    assertScaled(Grey.row(zoomed, 3), 10, 0, 17.7, 19.5, 21.3, 0);
    assertThat(Grey.row(zoomed, 4)).containsOnly(0);
  }

  @Test
  void zoomsIn() {
    Image zoomed = zoom().zoom(Grey.counting(5, 5, 10), -.5, -.5);

    assertScaled(Grey.row(zoomed, 0), 10, 6, 6.5, 7, 7.5, 8);
    assertScaled(Grey.row(zoomed, 4), 10, 16, 16.5, 17, 17.5, 18);
    assertScaled(Grey.column(zoomed, 0), 10, 6, 8.5, 11, 13.5, 16);
  }

  @Test
  void zoomsToNearestPixels() {
    Image zoomed =
        zoom()
            .withInterpolation(Interpolation.NEAREST)
            .withFill(FillMode.CONSTANT, 0)
            .zoom(Grey.counting(5, 5, 1), .5, .8);

    assertThat(Grey.values(zoomed))
        .isDeepEqualTo(
            new int[][] {
              {0, 0, 0, 0, 0},
              {0, 5, 7, 9, 0},
              {0, 10, 12, 14, 0},
              {0, 20, 22, 24, 0},
              {0, 0, 0, 0, 0}
            });
  }

  @Test
  void zoomsOutBlendingWithWhatIsOutside() {
    Image image = Grey.counting(4, 4, 16);
    Image constant = zoom().withFill(FillMode.CONSTANT, 0).zoom(image, .5, .5);

    assertScaled(Grey.row(constant, 0), 16, 0, .1875, .5625, .1875);
    assertScaled(Grey.row(constant, 1), 16, .75, 3.75, 5.25, 1.5);
    assertScaled(Grey.row(constant, 2), 16, 2.25, 9.75, 11.25, 3);
    assertScaled(Grey.row(constant, 3), 16, .75, 3.1875, 3.5625, .9375);
    for (FillMode mode : new FillMode[] {FillMode.REFLECT, FillMode.NEAREST}) {
      Image zoomed = zoom().withFill(mode, 0).zoom(image, .5, .5);
      assertScaled(Grey.row(zoomed, 0), 16, 0, .75, 2.25, 3);
      assertScaled(Grey.row(zoomed, 1), 16, 3, 3.75, 5.25, 6);
      assertScaled(Grey.row(zoomed, 2), 16, 9, 9.75, 11.25, 12);
      assertScaled(Grey.row(zoomed, 3), 16, 12, 12.75, 14.25, 15);
    }
  }

  @Test
  void shearsMoveRowsAndColumns() {
    RandomShear shear = RandomShear.of(NONE, NONE).withFill(FillMode.CONSTANT, 0);
    Image image = Grey.counting(3, 3, 1);

    // Output column x of row y is input column x + y, row y + x.
    assertThat(Grey.values(shear.shear(image, 1, 0)))
        .isDeepEqualTo(new int[][] {{0, 1, 2}, {4, 5, 0}, {8, 0, 0}});
    assertThat(Grey.values(shear.shear(image, 0, 1)))
        .isDeepEqualTo(new int[][] {{0, 4, 8}, {3, 7, 0}, {6, 0, 0}});
  }
}
