package dev.espalier.datasets.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.data.Image;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not a picture, or is one no longer. */
class ImageDecoderTest {
  @TempDir Path folder;

  private static byte[] resource(String name) throws Exception {
    try (InputStream stream = ImageDecoderTest.class.getResourceAsStream(name)) {
      return stream.readAllBytes();
    }
  }

  private static EspalierException failure(byte[] bytes) {
    return catchThrowableOfType(
        EspalierException.class, () -> ImageDecoder.standard().decode(bytes, "a/picture.png"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "color.jpg",
        "progressive.jpg",
        "rgb.png",
        "rgb16.png",
        "rgb.bmp",
        "palette.bmp",
        "gif_part.gif",
        "webp_lossy.webp",
        "webp_lossless.webp",
        "tiff_plain.tif",
        "lzw.tif"
      })
  void pictureCutShortIsRefusedWherever(String name) throws Exception {
    byte[] bytes = resource(name);
    for (double share : new double[] {.1, .2, .3, .4, .5, .6, .7}) {
      int length = (int) (bytes.length * share);

      EspalierException error = failure(Arrays.copyOf(bytes, length));

      assertThat(error).as("%s cut to %d bytes", name, length).isNotNull();
      assertThat(error.code()).isEqualTo(ErrorCode.INVALID_IMAGE);
      assertThat(error.problem()).contains("a/picture.png");
    }
  }

  @Test
  void jpegCutShortSaysSo() throws Exception {
    byte[] bytes = resource("color.jpg");

    EspalierException error = failure(Arrays.copyOf(bytes, bytes.length * 3 / 4));

    assertThat(error.problem())
        .isEqualTo("The image a/picture.png cannot be decoded: the file is cut short.");
  }

  @Test
  void emptyFileIsRefused() {
    EspalierException error = failure(new byte[0]);

    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_IMAGE);
    assertThat(error.problem())
        .isEqualTo("The image a/picture.png cannot be decoded: the file is empty.");
  }

  @Test
  void textIsNotAPicture() {
    EspalierException error = failure("Dear reader,".getBytes(StandardCharsets.UTF_8));

    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_IMAGE);
    assertThat(error.getMessage())
        .isEqualTo(
            "a/picture.png is not an image in a supported format. Use JPEG, PNG, GIF, BMP,"
                + " WebP or TIFF. [ESP-304]");
  }

  @Test
  void formatThatIsNotReadIsNamedWhateverTheNameOfTheFileSays() {
    byte[] head = "\0\0\0\u0018ftypheic\0\0\0\0mif1heic".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(failure(head).getMessage())
        .isEqualTo(
            "a/picture.png is a HEIC image, whatever its name says; that format is not"
                + " supported. Convert it to JPEG or PNG. [ESP-304]");
  }

  @Test
  void fileOfZerosIsNotAPicture() {
    assertThat(failure(new byte[64]).problem())
        .isEqualTo("a/picture.png is not an image in a supported format.");
  }

  @Test
  void damageInTheMiddleNeverEscapesAsAnotherException() throws Exception {
    for (String name :
        new String[] {
          "color.jpg",
          "progressive.jpg",
          "rgb.png",
          "palette.bmp",
          "png_palette_alpha_4_interlaced.png",
          "gif_part.gif",
          "webp_lossy.webp",
          "webp_lossless.webp",
          "lzw.tif",
          "exif_8.tif",
          "jpeg_ycck.jpg",
          "bmp_rle8.bmp"
        }) {
      byte[] original = resource(name);
      for (int position = 0; position < original.length; position += 3) {
        byte[] bytes = original.clone();
        bytes[position] ^= (byte) 0x5a;
        try {
          ImageDecoder.standard().decode(bytes, name);
        } catch (EspalierException e) {
          assertThat(e.code()).isEqualTo(ErrorCode.INVALID_IMAGE);
        }
      }
    }
  }

  @Test
  void pictureThatIsTooLargeIsRefusedBeforeItIsDecoded() throws Exception {
    EspalierException error = failure(headerOfPng(60_000, 50_000));

    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_IMAGE);
    assertThat(error.problem())
        .isEqualTo(
            "a/picture.png has 60000x50000 pixels (width x height), more than the limit of"
                + " 120,000,000.");
  }

  @Test
  void limitCanBeSet() throws Exception {
    byte[] bytes = resource("rgb.png");
    ImageDecoder decoder = ImageDecoder.standard().pixelLimit(6 * 9);

    assertThat(decoder.decode(bytes, "rgb.png").width()).isEqualTo(9);
    assertThat(
            catchThrowableOfType(
                    EspalierException.class,
                    () -> decoder.pixelLimit(6 * 9 - 1).decode(bytes, "rgb.png"))
                .problem())
        .contains("9x6 pixels");
  }

  @Test
  void screenOfAGifCountsAsItsSize() throws Exception {
    byte[] bytes = resource("gif_part.gif");
    Arrays.fill(bytes, 6, 10, (byte) 0xff); // width and height of the screen

    assertThat(failure(bytes).problem())
        .isEqualTo(
            "a/picture.png has 65535x65535 pixels (width x height), more than the limit of"
                + " 120,000,000.");
  }

  @Test
  void fileThatIsTooLongIsNotRead() throws Exception {
    Path file = Files.write(folder.resolve("color.jpg"), resource("color.jpg"));
    ImageDecoder decoder = ImageDecoder.standard().byteLimit(100);

    EspalierException error =
        catchThrowableOfType(EspalierException.class, () -> decoder.read(file));

    assertThat(error.getMessage())
        .isEqualTo(
            "The file %s has %,d bytes, more than the limit of 100. Make the file smaller, or"
                    .formatted(file, Files.size(file))
                + " decode it with a higher byteLimit. [ESP-304]");
  }

  @Test
  void limitsOfNothingAreRefused() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ImageDecoder.standard().pixelLimit(0))
        .withMessage("A limit of 0 pixels allows no image. Give 1 or more. [ESP-102]");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ImageDecoder.standard().byteLimit(-1))
        .withMessage("A limit of -1 bytes allows no image. Give 1 or more. [ESP-102]");
  }

  @Test
  void backgroundShowsWhereAPictureIsTransparent() throws Exception {
    byte[] bytes = resource("png_rgba_8.png");
    Image white = ImageDecoder.standard().decode(bytes, "rgba");
    Image blue = ImageDecoder.standard().background(0, 0, 255).decode(bytes, "rgba");

    // Where it is half transparent both are mixtures: they differ by what is let through.
    for (int column = 0; column < white.width(); column++) {
      int through = white.at(0, column, 0) - blue.at(0, column, 0);
      assertThat(white.at(0, column, 1) - blue.at(0, column, 1)).isCloseTo(through, within(1));
      assertThat(white.at(0, column, 2)).isEqualTo(blue.at(0, column, 2));
    }
    assertThat(white).isNotEqualTo(blue);
  }

  @Test
  void colorsThatThereAreNotAreRefused() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ImageDecoder.standard().background(0, 256, 0))
        .withMessage(
            "There is no color (0, 256, 0). Give red, green and blue from 0 to 255. [ESP-102]");
  }

  @Test
  void picturesCanBeTakenAsTheyAreStored() throws Exception {
    byte[] bytes = resource("exif_6.jpg");

    assertThat(ImageDecoder.standard().decode(bytes, "x").height()).isEqualTo(41);
    assertThat(ImageDecoder.standard().upright(false).decode(bytes, "x").height()).isEqualTo(30);
  }

  @Test
  void settingsNameWhatChangesPixels() {
    assertThat(ImageDecoder.standard().settings()).isEqualTo("background 255 255 255, upright");
    assertThat(ImageDecoder.standard().pixelLimit(5).background(1, 2, 3).upright(false).settings())
        .isEqualTo("background 1 2 3, as stored");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          color.jpg                 | JPEG 48x72 color
          grey.jpg                  | JPEG 48x72 grey
          jpeg_ycck.jpg             | JPEG 30x41 CMYK
          png_grey_16.png           | PNG 11x13 grey, 16 bit
          png_rgba_8.png            | PNG 11x13 color with transparency
          png_palette_alpha_4.png   | PNG 11x13 palette with transparency
          bmp_24.bmp                | BMP 11x13 color
          gif_part.gif              | GIF 18x20 palette
          webp_alpha.webp           | WebP 20x24 color with transparency
          tiff_grey.tif             | TIFF 20x24 grey
          """)
  void headerSaysHowAPictureIsStored(String name, String expected) throws Exception {
    Path file = Files.write(folder.resolve(name), resource(name));

    ImageHeader header = ImageDecoder.standard().readHeader(file);

    assertThat(
            "%s %dx%d %s"
                .formatted(header.format(), header.height(), header.width(), header.mode()))
        .isEqualTo(expected);
  }

  @Test
  void folderIsNotAPicture() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ImageFiles.read(folder))
        .withMessage(
            "The image "
                + folder
                + " cannot be read: it is a folder. Check that the file exists and that you may read"
                + " it. [ESP-701]");
  }

  @Test
  void missingFileIsNamed() {
    Path file = folder.resolve("nowhere.png");

    EspalierException error =
        catchThrowableOfType(EspalierException.class, () -> ImageFiles.read(file));

    assertThat(error.code()).isEqualTo(ErrorCode.FILE_NOT_READABLE);
    assertThat(error.problem()).contains(file.toString());
  }

  private static byte[] headerOfPng(int width, int height) throws Exception {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(header);
    data.writeBytes("IHDR");
    data.writeInt(width);
    data.writeInt(height);
    data.write(new byte[] {8, 2, 0, 0, 0});
    CRC32 checksum = new CRC32();
    checksum.update(header.toByteArray());
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(file);
    out.writeLong(0x89504E470D0A1A0AL);
    out.writeInt(13);
    out.write(header.toByteArray());
    out.writeInt((int) checksum.getValue());
    out.writeInt(0);
    out.writeBytes("IDAT");
    out.writeInt(0);
    return file.toByteArray();
  }
}
