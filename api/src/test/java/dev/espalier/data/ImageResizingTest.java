package dev.espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.error.EspalierException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageResizingTest {
  private static Image grey(int height, int width, int... values) {
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      pixels[i] = (byte) values[i];
    }
    return Image.wrap(height, width, 1, pixels);
  }

  private static List<Integer> values(Image image) {
    ByteBuffer pixels = image.pixels();
    List<Integer> values = new ArrayList<>();
    while (pixels.hasRemaining()) {
      values.add(pixels.get() & 0xff);
    }
    return values;
  }

  @Test
  void bilinearEnlargesAroundTheCentresOfPixels() {
    Image enlarged = ImageResizing.bilinear(grey(2, 2, 0, 255, 255, 0), 4, 4);

    assertThat(values(enlarged))
        .containsExactly(0, 64, 191, 255, 64, 96, 159, 191, 191, 159, 96, 64, 255, 191, 64, 0);
  }

  @Test
  void bilinearShrinksWithoutSmoothing() {
    Image image = grey(4, 4, 0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60);

    assertThat(values(ImageResizing.bilinear(image, 2, 2))).containsExactly(10, 18, 42, 50);
  }

  @Test
  void nearestTakesTheOddPixelsOfAHalvedImage() {
    Image image = grey(4, 4, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

    assertThat(values(ImageResizing.nearest(image, 2, 2))).containsExactly(5, 7, 13, 15);
  }

  @Test
  void nearestDoublesEachPixel() {
    assertThat(values(ImageResizing.nearest(grey(1, 2, 7, 9), 2, 4)))
        .containsExactly(7, 7, 9, 9, 7, 7, 9, 9);
  }

  @Test
  void nearestFromThreeToFive() {
    assertThat(values(ImageResizing.nearest(grey(1, 3, 0, 1, 2), 1, 5)))
        .containsExactly(0, 0, 1, 2, 2);
  }

  /** What Keras' Resizing on TensorFlow takes; row 22 lies at 63 to the last digit. */
  @Test
  void nearestFrom112To40() {
    int[] column = new int[112];
    Arrays.setAll(column, i -> i);

    assertThat(values(ImageResizing.nearest(grey(112, 1, column), 40, 1)))
        .containsExactly(
            1, 4, 7, 9, 12, 15, 18, 21, 23, 26, 29, 32, 35, 37, 40, 43, 46, 49, 51, 54, 57, 60, 63,
            65, 68, 71, 74, 77, 79, 82, 85, 88, 91, 93, 96, 99, 102, 105, 107, 110);
  }

  /**
   * Height, width, wanted height and width, and the hashes of what Keras' Resizing on TensorFlow
   * makes of {@link #patterned}, nearest and bilinear.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "8 8 5 7 1771559748 -810086070",
        "5 7 11 13 1280166692 2145996896",
        "32 32 224 224 -894822316 2057520959",
        "37 53 24 24 1688641479 1581574577",
        "100 64 32 300 1590905915 986326728",
        "224 299 128 128 406987904 483383211",
        "1 1 4 4 1496509953 1496509953",
        "16 4 7 299 862486349 -1449146970",
        "112 112 40 40 973297546 1063936696"
      })
  void givesThePixelsOfKeras(String line) {
    String[] fields = line.split(" ");
    Image image = patterned(Integer.parseInt(fields[0]), Integer.parseInt(fields[1]));
    int height = Integer.parseInt(fields[2]);
    int width = Integer.parseInt(fields[3]);

    assertThat(hash(ImageResizing.nearest(image, height, width)))
        .as("nearest")
        .isEqualTo(Integer.parseInt(fields[4]));
    assertThat(hash(ImageResizing.bilinear(image, height, width)))
        .as("bilinear")
        .isEqualTo(Integer.parseInt(fields[5]));
  }

  private static Image patterned(int height, int width) {
    byte[] pixels = new byte[height * width * 3];
    for (int i = 0; i < pixels.length; i++) {
      long mixed = i * 2654435761L & 0xffffffffL;
      pixels[i] = (byte) (mixed >> 13);
    }
    return Image.wrap(height, width, 3, pixels);
  }

  /** The polynomial hash of a byte array. */
  private static int hash(Image image) {
    byte[] pixels = new byte[image.height() * image.width() * image.channels()];
    image.copyTo(pixels, 0);
    return Arrays.hashCode(pixels);
  }

  @Test
  void sameSizeGivesTheSameImage() {
    Image image = patterned(5, 6);

    assertThat(ImageResizing.bilinear(image, 5, 6)).isEqualTo(image);
    assertThat(ImageResizing.nearest(image, 5, 6)).isEqualTo(image);
  }

  @Test
  void emptySizeIsRefused() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ImageResizing.bilinear(patterned(2, 2), 0, 3))
        .withMessageContaining("resized to 0x3 pixels");
  }
}
