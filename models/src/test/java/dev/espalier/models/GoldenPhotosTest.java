package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.Model;
import dev.espalier.testkit.golden.GoldenPhoto;
import dev.espalier.testkit.golden.SharedData;
import dev.espalier.weights.keras.KerasLegacyHdf5;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares features of photographs with Keras, with weights that were trained on ImageNet. */
@Tag("native")
class GoldenPhotosTest {
  private static final int SIZE = 224;

  private static final Map<String, HostArray> PIXELS = new HashMap<>();
  private static final Map<String, HostArray> FEATURES = new HashMap<>();

  @BeforeAll
  static void run() throws IOException {
    Model model =
        EfficientNetV2.b0()
            .includeTop(false)
            .pooling(Pooling.AVG)
            .weights(KerasLegacyHdf5.load(SharedData.path("data/efficientnetv2-b0_notop.h5")))
            .build();
    List<GoldenPhoto> photos = GoldenPhoto.read();
    List<HostArray> batches = new ArrayList<>();
    for (GoldenPhoto photo : photos) {
      HostArray pixels = resized(photo);
      PIXELS.put(photo.file(), pixels);
      batches.add(pixels);
    }
    try (ModelRunner runner = new ModelRunner(TestedEngine.TENSORFLOW)) {
      List<HostArray> features = runner.run(model, batches);
      for (int i = 0; i < photos.size(); i++) {
        FEATURES.put(photos.get(i).file(), features.get(i));
      }
    }
  }

  static Stream<GoldenPhoto> photos() {
    return GoldenPhoto.read().stream();
  }

  /**
   * Returns which pixel of an axis each of 224 is taken from. Pillow adds positions up, so that
   * rounding decides where one falls on an edge, which is often: 512 pixels have 32 such edges.
   */
  private static int[] nearest(int size) {
    double step = (double) size / SIZE;
    double position = step * 0.5;
    int[] sources = new int[SIZE];
    for (int i = 0; i < SIZE; i++) {
      sources[i] = (int) position;
      position += step;
    }
    return sources;
  }

  private static HostArray resized(GoldenPhoto photo) throws IOException {
    BufferedImage image = ImageIO.read(photo.path().toFile());
    int[] rows = nearest(image.getHeight());
    int[] columns = nearest(image.getWidth());
    byte[] pixels = new byte[SIZE * SIZE * 3];
    int position = 0;
    for (int row : rows) {
      for (int column : columns) {
        int rgb = image.getRGB(column, row);
        pixels[position++] = (byte) (rgb >> 16);
        pixels[position++] = (byte) (rgb >> 8);
        pixels[position++] = (byte) rgb;
      }
    }
    return HostArray.wrapBytes(Shape.of(1, SIZE, SIZE, 3), pixels);
  }

  /** So that decoding and resizing cannot be blamed, or excused, for what the next test finds. */
  @ParameterizedTest
  @MethodSource("photos")
  void pixelsAreThoseOfPillowForEveryFormat(GoldenPhoto photo) {
    HostArray pixels = PIXELS.get(photo.file());
    long sum = 0;
    for (int i = 0; i < pixels.elementCount(); i++) {
      sum += (long) pixels.at(i);
    }
    assertThat(sum).isEqualTo(photo.pixelSum());
  }

  @ParameterizedTest
  @MethodSource("photos")
  void featuresOfPhotographsAreThoseOfKeras(GoldenPhoto photo) {
    HostArray features = FEATURES.get(photo.file());
    assertThat(features.shape()).isEqualTo(Shape.of(1, 1280));
    Offset<Double> tolerance = within(1e-4 * photo.standardDeviation());
    assertThat(Closeness.mean(features)).isEqualTo(photo.mean(), tolerance);
    assertThat(Closeness.deviation(features)).isEqualTo(photo.standardDeviation(), tolerance);
    for (int i = 0; i < photo.first().size(); i++) {
      assertThat(features.at(i)).isEqualTo(photo.first().get(i), tolerance);
    }
  }
}
