package dev.espalier.augment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.data.Image;
import dev.espalier.testkit.golden.SharedData;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Photographs come out as in Keras 3, TensorFlow and Pillow. The table was made by
 * make_photographs.py, which lies beside it.
 */
class PhotographTest {
  private record Row(
      String photograph, String change, List<String> size, String mean, String pixels) {
    static Row of(String line) {
      List<String> cells = Arrays.asList(line.split("\t", -1));
      return new Row(cells.get(0), cells.get(1), cells.subList(2, 4), cells.get(4), cells.get(5));
    }

    @Override
    public String toString() {
      return photograph + ", " + change;
    }
  }

  static List<Row> rows() throws IOException {
    try (InputStream in = PhotographTest.class.getResourceAsStream("/golden/photographs.tsv")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
      return text.lines().filter(line -> !line.startsWith("#")).map(Row::of).toList();
    }
  }

  private static Image photograph(String name) {
    BufferedImage read;
    try {
      read = ImageIO.read(SharedData.path("data/photos/" + name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] bytes = new byte[read.getHeight() * read.getWidth() * 3];
    int i = 0;
    for (int row = 0; row < read.getHeight(); row++) {
      for (int column = 0; column < read.getWidth(); column++) {
        int rgb = read.getRGB(column, row);
        bytes[i++] = (byte) (rgb >> 16);
        bytes[i++] = (byte) (rgb >> 8);
        bytes[i++] = (byte) rgb;
      }
    }
    return Image.wrap(read.getHeight(), read.getWidth(), 3, bytes);
  }

  private static double[] numbers(String text) {
    return Stream.of(text.split(",")).mapToDouble(Double::parseDouble).toArray();
  }

  /** What the table has is not rounded, and bytes are: half a level, and what floats differ by. */
  private static double tolerance(Row row) {
    if (row.change().startsWith("pillow resize")) {
      return 1; // Pillow rounds to bytes between the two axes
    }
    return row.change().contains("bicubic") ? 1 : 0.52; // TensorFlow's cubic is a table
  }

  @ParameterizedTest
  @MethodSource("rows")
  void comesOutAsInKerasOrPillow(Row row) {
    Image changed = PhotographChanges.named(row.change()).apply(photograph(row.photograph()));

    assertThat(List.of("" + changed.height(), "" + changed.width())).isEqualTo(row.size());
    for (String pixel : row.pixels().split(" ")) {
      double[] place = numbers(pixel.substring(0, pixel.indexOf('=')));
      double[] expected = numbers(pixel.substring(pixel.indexOf('=') + 1));
      for (int channel = 0; channel < 3; channel++) {
        assertThat((double) changed.at((int) place[0], (int) place[1], channel))
            .as("channel %d of %s", channel, pixel)
            .isCloseTo(Math.max(0, Math.min(255, expected[channel])), within(tolerance(row)));
      }
    }
    double[] means = numbers(row.mean());
    for (int channel = 0; channel < 3; channel++) {
      assertThat(mean(changed, channel))
          .as("mean of channel %d", channel)
          .isCloseTo(means[channel], within(0.05));
    }
  }

  private static double mean(Image image, int channel) {
    long sum = 0;
    for (int row = 0; row < image.height(); row++) {
      for (int column = 0; column < image.width(); column++) {
        sum += image.at(row, column, channel);
      }
    }
    return (double) sum / ((long) image.height() * image.width());
  }

  @Test
  void everyChangeIsInTheTable() throws IOException {
    assertThat(rows()).extracting(Row::change).containsAll(PhotographChanges.names());
  }
}
