package dev.espalier.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.data.CroppedResizing.Filter;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Size2d;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CroppedResizingTest {
  static List<String> croppedImages() throws IOException {
    try (InputStream in = CroppedResizingTest.class.getResourceAsStream("/cropped-images.txt")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
      return text.lines().filter(line -> !line.startsWith("#")).toList();
    }
  }

  /** The lines are made by make_cropped_images.py. */
  @ParameterizedTest
  @MethodSource("croppedImages")
  void givesThePixelsOfTorchvisionAndPillow(String line) {
    String[] fields = line.split(" ");
    int side = Integer.parseInt(fields[2]);
    CroppedResizing resizing = CroppedResizing.of(fields[3] + " " + fields[4]);
    Image image = patterned(Integer.parseInt(fields[0]), Integer.parseInt(fields[1]), 3);
    assertThat(hash(resizing.apply(image, side, side))).isEqualTo(Integer.parseInt(fields[5]));
  }

  private static Image patterned(int height, int width, int channels) {
    byte[] pixels = new byte[height * width * channels];
    for (int i = 0; i < pixels.length; i++) {
      long mixed = i * 2654435761L & 0xffffffffL;
      pixels[i] = (byte) (mixed >> 13);
    }
    return Image.wrap(height, width, channels, pixels);
  }

  private static int hash(Image image) {
    byte[] pixels = new byte[image.height() * image.width() * image.channels()];
    image.copyTo(pixels, 0);
    return Arrays.hashCode(pixels);
  }

  @Test
  void theCenterIsThatOfTheImage() {
    byte[] pixels = new byte[30 * 10];
    Arrays.fill(pixels, 100, 200, (byte) 200);
    byte[] middle = new byte[100];
    Arrays.fill(middle, (byte) 200);
    assertThat(CroppedResizing.of("bilinear 1").apply(Image.wrap(30, 10, 1, pixels), 10, 10))
        .isEqualTo(Image.wrap(10, 10, 1, middle));
  }

  @Test
  void anImageInTheSizeOfTheInputIsTakenAsItIs() {
    Image image = patterned(8, 6, 1);
    assertThat(CroppedResizing.of("bicubic 0.875").apply(image, 8, 6)).isSameAs(image);
  }

  @ParameterizedTest
  @CsvSource({
    "480, 640, 224, 224, 0.875, 256, 341",
    "640, 480, 224, 224, 0.875, 341, 256",
    "500, 333, 240, 240, 0.882, 408, 272",
    "300, 300, 300, 300, 0.904, 331, 331",
    "100, 400, 200, 100, 1.0, 200, 800",
    "400, 100, 200, 100, 0.5, 800, 200",
    "1, 1, 32, 32, 0.875, 36, 36"
  })
  void theImageCoversTheInputAndKeepsItsAspectRatio(
      int height,
      int width,
      int inputHeight,
      int inputWidth,
      double fraction,
      int rows,
      int columns) {
    assertThat(
            new CroppedResizing(fraction, Filter.BICUBIC)
                .resized(new Size2d(height, width), new Size2d(inputHeight, inputWidth)))
        .isEqualTo(new Size2d(rows, columns));
    Image made =
        new CroppedResizing(fraction, Filter.BICUBIC)
            .apply(patterned(height, width, 1), inputHeight, inputWidth);
    assertThat(made).hasToString("Image " + inputHeight + "x" + inputWidth + "x1");
  }

  /** A row of 40 million resized pixels is not computed to take 32 of them. */
  @Test
  void onlyTheCenterOfAnElongatedImageIsComputed() {
    Image line = patterned(1, 1_000_000, 1);
    assertThat(CroppedResizing.of("bicubic 0.8").apply(line, 32, 32)).hasToString("Image 32x32x1");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> CroppedResizing.of("bicubic 0.1").apply(line, 1000, 1000))
        .withMessageContaining("An image of 1x1000000 pixels (height x width) is too elongated");
  }

  @Test
  void aTextDescribesIt() {
    CroppedResizing resizing = CroppedResizing.of(" BiCubic  0.875 ");
    assertThat(resizing).isEqualTo(new CroppedResizing(0.875, Filter.BICUBIC));
    assertThat(resizing).hasToString("bicubic 0.875");
    assertThat(CroppedResizing.of(resizing.toString())).isEqualTo(resizing);
    assertThat(resizing.describe(224, 224))
        .isEqualTo("shorter side 256 pixels, bicubic, center 224x224");
    assertThat(resizing.describe(224, 112))
        .isEqualTo("covering 256x128 pixels, bicubic, center 224x112");
  }

  /** Turkish has a lower-case i without a dot. */
  @Test
  void theTextIsTheSameInEveryLanguage() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(new Locale("tr"));
      assertThat(CroppedResizing.of("BILINEAR 1.0")).hasToString("bilinear 1.0");
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "bicubic", "0.875", "lanczos 0.9", "bicubic 0,875", "bicubic 0.875 224"})
  void anotherTextIsRefused(String text) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> CroppedResizing.of(text))
        .withMessageContaining("\"" + text + "\" does not say how images are resized.")
        .withMessageContaining("bilinear or bicubic with the fraction of the center");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 0.05, 1.01, Double.NaN, Double.POSITIVE_INFINITY})
  void aFractionOutOfRangeIsRefused(double fraction) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> new CroppedResizing(fraction, Filter.BICUBIC))
        .withMessageContaining("Give a number from 0.1 to 1");
  }
}
