package dev.espalier.datasets.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.espalier.data.Image;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.testkit.golden.SharedData;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What TIFF pages mean is compared with Pillow in {@link ImageFilesTest}; the rest is refused. */
class TiffSamplesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          refused_float16.tif            | it has grey levels of 16 bits in floating point
          refused_float32.tif            | it has grey levels of 32 bits in floating point
          refused_float64.tif            | it has grey levels of 64 bits in floating point
          refused_int64.tif              | it has grey levels of 64 bits in signed integers
          refused_rgb_float32.tif        | it has red, green and blue of 32 bits in floating point
          refused_rgb_uint32.tif         | it has red, green and blue of 32 bits in unsigned integers
          refused_rgb_int16.tif          | it has red, green and blue of 16 bits in signed integers
          refused_white_is_zero_int32.tif | it has grey levels of 32 bits in signed integers
          refused_int32_beyond.tif       | among them, which is not from 0 to 255
          refused_int16_negative.tif     | among them, which is not from 0 to 255
          refused_int8_negative.tif      | among them, which is not from 0 to 255
          refused_lab.tif                | it has CIELab colors
          refused_raw.tif                | it has raw data of a camera
          """)
  void numbersOfSeveralMeaningsAreRefusedNamingThem(String name, String reason) throws Exception {
    byte[] bytes;
    try (InputStream stream = TiffSamplesTest.class.getResourceAsStream(name)) {
      bytes = stream.readAllBytes();
    }

    EspalierException error =
        catchThrowableOfType(
            EspalierException.class, () -> ImageDecoder.standard().decode(bytes, name));

    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_IMAGE);
    assertThat(error.problem())
        .startsWith("The image " + name + " cannot be decoded: ")
        .contains(reason);
  }

  @Test
  void integersOf32BitsAreLevels() {
    Image ramp = ImageFiles.read(SharedData.path("cases/tiff/int32-0-255.tif"));

    for (int column = 0; column < ramp.width(); column++) {
      assertThat(ramp.at(0, column, 0)).isEqualTo(column * 255 / (ramp.width() - 1));
    }
  }

  @ParameterizedTest
  @CsvSource({"premultiplied.tif, 255", "straight.tif, 191"})
  void opacityIsAppliedOnce(String name, int red) {
    Image image = ImageFiles.read(SharedData.path("cases/tiff").resolve(name));

    assertThat(image.at(0, 0, 0)).isEqualTo(red);
    assertThat(image.at(0, 0, 1)).isEqualTo(127);
    assertThat(image.at(0, 0, 2)).isEqualTo(127);
  }
}
