package dev.espalier.datasets.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.data.Image;
import dev.espalier.testkit.golden.SharedData;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares with the pixels that Pillow reads from the same files. */
class ImageFilesTest {
  @TempDir Path folder;

  /** A picture and what comes out of it: a SHA-256, or some of the pixels. */
  record Expected(String name, int height, int width, String pixels) {
    static Expected parse(String line) {
      String[] fields = line.split(" ");
      return new Expected(
          fields[0], Integer.parseInt(fields[1]), Integer.parseInt(fields[2]), fields[3]);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Expected> smallPictures() throws Exception {
    return expectations("expected.txt");
  }

  static List<Expected> jpegPhotographs() throws Exception {
    return expectations("photos-jpeg.txt");
  }

  static List<Expected> photographs() throws Exception {
    return expectations("photos.txt");
  }

  private static List<Expected> expectations(String resource) throws Exception {
    try (InputStream stream = resource(resource);
        Stream<String> lines =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8)).lines()) {
      return lines.filter(line -> !line.startsWith("#")).map(Expected::parse).toList();
    }
  }

  private static InputStream resource(String name) {
    return ImageFilesTest.class.getResourceAsStream(name);
  }

  @ParameterizedTest
  @MethodSource("smallPictures")
  void everyKindOfPicture(Expected expected) throws Exception {
    Path file = folder.resolve(expected.name());
    try (InputStream stream = resource(expected.name())) {
      Files.copy(stream, file);
    }

    assertPixels(ImageFiles.read(file), expected);
  }

  @ParameterizedTest
  @MethodSource("photographs")
  void photographsStoredWithoutLoss(Expected expected) throws Exception {
    Path file = SharedData.path("data/photos").resolve(expected.name());

    assertPixels(ImageFiles.read(file), expected);
  }

  /** Libraries for JPEG round differently; those of some JDKs agree with Pillow's bit by bit. */
  @ParameterizedTest
  @MethodSource("jpegPhotographs")
  void jpegPhotographsAreWithinTwoLevelsOnAverage(Expected expected) throws Exception {
    Image photograph = ImageFiles.read(SharedData.path("data/photos").resolve(expected.name()));

    assertThat(List.of(photograph.height(), photograph.width(), photograph.channels()))
        .containsExactly(expected.height(), expected.width(), 3);
    assertThat(meanDifference(samples(photograph), HexFormat.of().parseHex(expected.pixels())))
        .isLessThan(2);
  }

  /** Colours at 16 by 16 places, as sample_photos.py takes them. */
  private static byte[] samples(Image image) {
    int grid = 16;
    byte[] samples = new byte[grid * grid * 3];
    int position = 0;
    for (int row = 0; row < grid; row++) {
      for (int column = 0; column < grid; column++) {
        for (int channel = 0; channel < 3; channel++) {
          int y = (2 * row + 1) * image.height() / (2 * grid);
          int x = (2 * column + 1) * image.width() / (2 * grid);
          samples[position++] = (byte) image.at(y, x, channel);
        }
      }
    }
    return samples;
  }

  /**
   * The colour channels are scaled up in another way than Pillow does; how bright pixels are, not.
   */
  @Test
  void lossyWebPIsAsBrightAsInPillow() throws Exception {
    Image decoded = read("webp_lossy.webp");
    Image expected = read("webp_lossy.png");

    assertThat(meanDifferenceOfBrightness(decoded, expected)).isLessThan(0.5);
    assertThat(meanDifference(bytes(decoded), bytes(expected))).isLessThan(3);
  }

  /**
   * A decoder that predicts blocks from pixels that were smoothed already drifts away, the more the
   * further down; here by 5.5 on average. The files are of Pillow 12.3.
   */
  @Test
  void lossyWebPDoesNotDriftOverSmoothPictures() throws Exception {
    Image decoded = read("webp_smooth.webp");
    Image expected = read("webp_smooth.png");

    assertThat(meanDifferenceOfBrightness(decoded, expected)).isLessThan(0.5);
  }

  private static double meanDifferenceOfBrightness(Image first, Image second) {
    double sum = 0;
    for (int row = 0; row < first.height(); row++) {
      for (int column = 0; column < first.width(); column++) {
        sum += Math.abs(brightness(first, row, column) - brightness(second, row, column));
      }
    }
    return sum / (first.height() * first.width());
  }

  private static double brightness(Image image, int row, int column) {
    return 0.299 * image.at(row, column, 0)
        + 0.587 * image.at(row, column, 1)
        + 0.114 * image.at(row, column, 2);
  }

  private static Image read(String name) throws Exception {
    try (InputStream stream = resource(name)) {
      return ImageDecoder.standard().decode(stream.readAllBytes(), name);
    }
  }

  private static double meanDifference(byte[] first, byte[] second) {
    assertThat(first).hasSameSizeAs(second);
    long sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += Math.abs((first[i] & 0xff) - (second[i] & 0xff));
    }
    return (double) sum / first.length;
  }

  private static byte[] bytes(Image image) {
    byte[] pixels = new byte[image.height() * image.width() * image.channels()];
    image.copyTo(pixels, 0);
    return pixels;
  }

  private static void assertPixels(Image image, Expected expected) throws Exception {
    assertThat(List.of(image.height(), image.width(), image.channels()))
        .containsExactly(expected.height(), expected.width(), 3);
    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(image))))
        .isEqualTo(expected.pixels());
  }
}
