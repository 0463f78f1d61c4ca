package dev.espalier.core.internal.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.data.Image;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageViewsTest {
  /** A grey image in which each pixel says where it is: 16 times its row, plus its column. */
  private static Image numbered(int height, int width) {
    byte[] pixels = new byte[height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (16 * (i / width) + i % width);
    }
    return Image.wrap(height, width, 1, pixels);
  }

  private static int first(Image image) {
    return image.at(0, 0, 0);
  }

  @Test
  void oneViewIsTheImageAndTheSecondItsMirrorImage() {
    Image image = numbered(2, 3);
    assertThat(ImageViews.of(image, 1)).containsExactly(image);
    List<Image> two = ImageViews.of(image, 2);
    assertThat(two).hasSize(2).startsWith(image);
    for (int column = 0; column < 3; column++) {
      assertThat(two.get(1).at(1, column, 0)).isEqualTo(image.at(1, 2 - column, 0));
    }
  }

  @Test
  void fiveViewsAreTheCentreAndTheCornersAndTenTheirMirrorImagesToo() {
    List<Image> ten = ImageViews.of(numbered(16, 8), 10);
    assertThat(ten).hasSize(10).allMatch(view -> view.height() == 14 && view.width() == 7);
    assertThat(ten.subList(0, 5))
        .extracting(ImageViewsTest::first)
        .containsExactly(16, 0, 1, 32, 33);
    assertThat(ten.subList(5, 10))
        .extracting(ImageViewsTest::first)
        .containsExactly(22, 6, 7, 38, 39);
    assertThat(ImageViews.of(numbered(16, 8), 5)).hasSize(5);
  }

  @Test
  void anImageOfOnePixelHasAllViews() {
    assertThat(ImageViews.of(numbered(1, 1), 10)).hasSize(10).allMatch(view -> view.width() == 1);
  }

  @Test
  void theMeanIsThatOfEachValue() {
    HostArray mean =
        ImageViews.mean(
            List.of(HostArray.wrap(Shape.of(1, 2), 1, 4), HostArray.wrap(Shape.of(1, 2), 3, 0)));
    assertThat(mean.toFloats()).containsExactly(2, 2);
  }
}
