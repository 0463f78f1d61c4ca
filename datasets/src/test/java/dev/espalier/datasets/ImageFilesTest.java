package dev.espalier.datasets;

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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares with the pixels that Pillow reads from the same files. */
class ImageFilesTest {
  @TempDir Path folder;

  /** A picture and what comes out of it. */
  record Expected(String name, int height, int width, String sha256) {
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
    return expectations("images/expected.txt");
  }

  static List<Expected> photographs() throws Exception {
    return expectations("images/photos.txt");
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
    try (InputStream stream = resource("images/" + expected.name())) {
      Files.copy(stream, file);
    }

    assertPixels(ImageFiles.read(file), expected);
  }

  @ParameterizedTest
  @MethodSource("photographs")
  void realPhotographs(Expected expected) throws Exception {
    Path file = SharedData.path("data/photos").resolve(expected.name());

    assertPixels(ImageFiles.read(file), expected);
  }

  private static void assertPixels(Image image, Expected expected) throws Exception {
    assertThat(List.of(image.height(), image.width(), image.channels()))
        .containsExactly(expected.height(), expected.width(), 3);
    byte[] pixels = new byte[image.height() * image.width() * 3];
    image.copyTo(pixels, 0);
    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(pixels)))
        .isEqualTo(expected.sha256());
  }
}
