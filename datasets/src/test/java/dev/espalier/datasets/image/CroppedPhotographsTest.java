package dev.espalier.datasets.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.data.CroppedResizing;
import dev.espalier.data.Image;
import dev.espalier.testkit.golden.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Photographs are brought to a model's input exactly as the transforms that timm and torchvision
 * publish with their weights do it. The table is made by make_cropped_photographs.py.
 */
class CroppedPhotographsTest {
  static List<String> rows() throws IOException {
    String table = "/golden/cropped-photographs.tsv";
    try (InputStream in = CroppedPhotographsTest.class.getResourceAsStream(table)) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
      return text.lines().filter(line -> !line.startsWith("#")).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyPixelIsThatOfTheirTransforms(String row) {
    String[] cells = row.split("\t");
    int side = Integer.parseInt(cells[2]);
    Image photograph = ImageDecoder.standard().read(SharedData.path("data/photos/" + cells[0]));
    Image made = CroppedResizing.of(cells[3] + " " + cells[4]).apply(photograph, side, side);
    byte[] pixels = new byte[side * side * 3];
    made.copyTo(pixels, 0);
    assertThat(Arrays.hashCode(pixels)).isEqualTo(Integer.parseInt(cells[6]));
  }
}
