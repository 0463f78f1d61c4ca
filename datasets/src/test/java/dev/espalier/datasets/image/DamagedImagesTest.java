package dev.espalier.datasets.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.data.Image;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.testkit.golden.SharedData;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that have their end, and something wrong before it. */
class DamagedImagesTest {
  private static final ImageDecoder STRICT = ImageDecoder.standard().damaged(DamagedImages.REFUSE);

  private static byte[] resource(String name) throws Exception {
    try (InputStream stream = DamagedImagesTest.class.getResourceAsStream(name)) {
      return stream.readAllBytes();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpeg_data_lost.jpg", "jpeg_restart_lost.jpg"})
  void lostDataIsRefusedIfThatIsAskedFor(String name) throws Exception {
    byte[] bytes = resource(name);

    assertThat(ImageDecoder.standard().decode(bytes, name).width()).isEqualTo(96);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> STRICT.decode(bytes, name))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_IMAGE))
        .withMessageContaining(name + " cannot be decoded: data in it is lost or damaged: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jpeg_profile_empty.jpg",
        "jpeg_profile_cut.jpg",
        "jpeg_profile_first_of_two.jpg",
        "jpeg_profile_none_of_none.jpg",
        "jpeg_exif_cut.jpg",
        "jpeg_pages.jpg",
        "jpeg_junk_behind.jpg",
        "png_profile_damaged.png",
        "png_palette_notes_damaged.png",
        "profile_damaged.bmp"
      })
  void damageOutsideOfThePixelsIsNone(String name) throws Exception {
    byte[] bytes = resource(name);

    assertThat(STRICT.decode(bytes, name)).isEqualTo(ImageDecoder.standard().decode(bytes, name));
  }

  @Test
  void missingEndIsAlwaysRefused() throws Exception {
    byte[] whole = resource("color.jpg");
    byte[] withoutEnd = Arrays.copyOf(whole, whole.length - 2);
    byte[] zerosInstead = Arrays.copyOf(withoutEnd, 2 * whole.length);

    for (byte[] bytes : new byte[][] {withoutEnd, zerosInstead}) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> ImageDecoder.standard().decode(bytes, "color.jpg"))
          .withMessageContaining("the file is cut short");
    }
  }

  @Test
  void endOfAPreviewIsNotTheEndOfTheImage() throws Exception {
    byte[] preview = resource("color.jpg");
    byte[] whole = resource("jpeg_444.jpg");
    byte[] note = new byte[4 + preview.length];
    note[0] = (byte) 0xff;
    note[1] = (byte) 0xe1;
    note[2] = (byte) ((preview.length + 2) >> 8);
    note[3] = (byte) (preview.length + 2);
    System.arraycopy(preview, 0, note, 4, preview.length);
    byte[] noted = join(Arrays.copyOf(whole, 2), note, Arrays.copyOfRange(whole, 2, whole.length));

    assertThat(ImageDecoder.standard().decode(noted, "noted"))
        .isEqualTo(ImageDecoder.standard().decode(whole, "whole"));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () -> ImageDecoder.standard().decode(Arrays.copyOf(noted, noted.length - 400), "noted"))
        .withMessageContaining("the file is cut short");
  }

  @Test
  void coloursAreThoseThatLibjpegDecidesOn() throws Exception {
    byte[] whole = resource("jpeg_444.jpg");
    // Neither JFIF nor Adobe's segment: components 1, 2, 3 are luminance and chrominance.
    byte[] bare = join(Arrays.copyOf(whole, 2), Arrays.copyOfRange(whole, 20, whole.length));

    assertThat(ImageDecoder.standard().decode(bare, "bare"))
        .isEqualTo(ImageDecoder.standard().decode(whole, "whole"));
  }

  @Test
  void policyBelongsToTheSettings() {
    assertThat(STRICT.settings()).isEqualTo("background 255 255 255, upright, undamaged");
  }

  /** The first and the last pixel as Pillow and TensorFlow read them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          jpeg-icc/none.jpg                       | 201 60 40 | 180 180 180
          jpeg-icc/srgb.jpg                       | 201 60 40 | 180 180 180
          jpeg-icc/adobergb.jpg                   | 201 60 40 | 180 180 180
          jpeg-icc/exif-cut.jpg                   | 201 60 40 | 180 180 180
          jpeg-icc/icc-cut.jpg                    | 201 60 40 | 180 180 180
          jpeg-icc/icc-empty.jpg                  | 201 60 40 | 180 180 180
          jpeg-icc/tail-junk.jpg                  | 201 60 40 | 180 180 180
          jpeg-icc/adobergb.png                   | 200 60 40 | 180 180 180
          jpeg-icc/adobergb.webp                  | 200 60 40 | 180 180 180
          jpeg-icc/adobergb.tif                   | 200 60 40 | 180 180 180
          jpeg-warnings/data-lost-eoi-kept.jpg    | 75 87 73  | 91 89 92
          jpeg-warnings/restart-lost.jpg          | 75 87 73  | 73 75 88
          jpeg-warnings/app2-mpf.jpg              | 75 87 73  | 73 75 88
          jpeg-warnings/exif-truncated-thumb.jpg  | 75 87 73  | 73 75 88
          jpeg-warnings/extraneous-before-eoi.jpg | 75 87 73  | 73 75 88
          jpeg-warnings/icc-two-first.jpg         | 75 87 73  | 73 75 88
          jpeg-warnings/icc-zero-count.jpg        | 75 87 73  | 73 75 88
          jpeg-warnings/jfif-short.jpg            | 75 87 73  | 73 75 88
          jpeg-warnings/whole.jpg                 | 75 87 73  | 73 75 88
          """)
  void filesFromTheFieldHaveTheStoredValues(String name, String first, String last) {
    Path file = SharedData.path("cases").resolve(name);

    Image image = ImageFiles.read(file);

    assertThat(pixel(image, 0, 0)).isEqualTo(first);
    assertThat(pixel(image, image.height() - 1, image.width() - 1)).isEqualTo(last);
  }

  private static String pixel(Image image, int row, int column) {
    return image.at(row, column, 0)
        + " "
        + image.at(row, column, 1)
        + " "
        + image.at(row, column, 2);
  }

  private static byte[] join(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    byte[] joined = new byte[length];
    int position = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, joined, position, part.length);
      position += part.length;
    }
    return joined;
  }
}
