package dev.espalier.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not a picture, or is one no longer. */
class ImageDecoderTest {
  @TempDir Path folder;

  private static byte[] resource(String name) throws Exception {
    try (InputStream stream = ImageDecoderTest.class.getResourceAsStream("images/" + name)) {
      return stream.readAllBytes();
    }
  }

  private static EspalierException failure(byte[] bytes) {
    return catchThrowableOfType(
        EspalierException.class, () -> ImageDecoder.standard().decode(bytes, "a/picture.png"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"color.jpg", "progressive.jpg", "rgb.png", "rgb16.png", "rgb.bmp", "palette.bmp"})
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
        .isEqualTo("The picture a/picture.png cannot be decoded: the file is cut short.");
  }

  @Test
  void emptyFileIsRefused() {
    EspalierException error = failure(new byte[0]);

    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_IMAGE);
    assertThat(error.problem())
        .isEqualTo("The picture a/picture.png cannot be decoded: the file is empty.");
  }

  @Test
  void textIsNotAPicture() {
    EspalierException error = failure("Dear reader,".getBytes(StandardCharsets.UTF_8));

    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_IMAGE);
    assertThat(error.getMessage())
        .isEqualTo(
            "a/picture.png is not a picture of a known format. Use JPEG, PNG or BMP. [ESP-304]");
  }

  @Test
  void fileOfZerosIsNotAPicture() {
    assertThat(failure(new byte[64]).problem())
        .isEqualTo("a/picture.png is not a picture of a known format.");
  }

  @Test
  void damageInTheMiddleNeverEscapesAsAnotherException() throws Exception {
    for (String name : new String[] {"color.jpg", "progressive.jpg", "rgb.png", "palette.bmp"}) {
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
