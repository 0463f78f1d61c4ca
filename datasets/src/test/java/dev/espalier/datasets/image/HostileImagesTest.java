package dev.espalier.datasets.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.espalier.data.Image;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.testkit.golden.SharedData;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/**
 * Small files that keep a decoder busy. What decoders are given, and what they are not asked to do,
 * is counted, not timed.
 */
class HostileImagesTest {
  private static byte[] resource(String name) throws Exception {
    try (InputStream stream = HostileImagesTest.class.getResourceAsStream(name)) {
      return stream.readAllBytes();
    }
  }

  private static EspalierException failure(ImageDecoder decoder, byte[] bytes) {
    EspalierException error =
        catchThrowableOfType(EspalierException.class, () -> decoder.decode(bytes, "bomb"));
    assertThat(error).isNotNull();
    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_IMAGE);
    return error;
  }

  private static Image decoded(byte[] bytes) {
    return ImageDecoder.standard().decode(bytes, "image");
  }

  @Test
  void scansTimesPixelsAreBounded() throws Exception {
    byte[] progressive = resource("progressive.jpg");
    JpegSegments segments = JpegSegments.of(progressive);
    assertThat(segments.scans()).isEqualTo(10);
    ImageDecoder decoder = ImageDecoder.standard().pixelLimit(48 * 72);
    assertThat(decoder.decode(progressive, "progressive")).isEqualTo(decoded(progressive));

    EspalierException error = failure(decoder, withLastScanRepeated(progressive, 10));

    assertThat(error.getMessage())
        .isEqualTo(
            "bomb has 72x48 pixels (width x height), and its scans go over 69,120, more than 16"
                + " times the limit of 3,456. Save the image again with fewer scans, or decode it"
                + " with a higher pixelLimit. [ESP-304]");
  }

  private static byte[] withLastScanRepeated(byte[] jpeg, int times) {
    int end = jpeg.length - 2;
    int scan = end;
    while (jpeg[scan] != (byte) 0xff || jpeg[scan + 1] != (byte) 0xda) {
      scan--;
    }
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.write(jpeg, 0, end);
    for (int i = 0; i < times; i++) {
      bomb.write(jpeg, scan, end - scan);
    }
    bomb.write(jpeg, end, 2);
    return bomb.toByteArray();
  }

  @Test
  void twoHundredScansOverALargeImageAreRefused() throws Exception {
    EspalierException error =
        catchThrowableOfType(
            EspalierException.class,
            () -> ImageFiles.read(SharedData.path("cases/hostile/scans_200_8000.jpg")));

    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_IMAGE);
    assertThat(error.problem()).contains("8000x8000 pixels").contains("its scans go over");
  }

  @Test
  void scansInsideOfATiffCountToo() throws Exception {
    byte[] tiff = resource("jpeg.tif");
    TiffDirectory page = TiffDirectory.of(tiff);
    assertThat(page.jpegs()).hasSize(1);
    byte[] bomb = withLastScanRepeated(resource("progressive.jpg"), 20);
    byte[] both = Arrays.copyOf(tiff, tiff.length + bomb.length);
    System.arraycopy(bomb, 0, both, tiff.length, bomb.length);
    setValue(both, page, TiffDirectory.STRIP_OFFSETS, tiff.length);
    setValue(both, page, TiffDirectory.STRIP_BYTES, bomb.length);

    assertThat(failure(ImageDecoder.standard().pixelLimit(48 * 72), both).problem())
        .contains("its scans go over 103,680");
  }

  private static void setValue(byte[] tiff, TiffDirectory page, int tag, int value) {
    ByteBuffer file = ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN);
    int directory = file.getInt(4);
    for (int i = 0; i < file.getShort(directory); i++) {
      int entry = directory + 2 + 12 * i;
      if (file.getShort(entry) == tag) {
        assertThat(page.value(tag, 0)).isPositive();
        file.putShort(entry + 2, (short) 4).putInt(entry + 4, 1).putInt(entry + 8, value);
      }
    }
  }

  @Test
  void tilesOfATiffCountAsPixels() throws Exception {
    byte[] tiff = resource("tiff_plain.tif");
    ByteBuffer file = ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN);
    int directory = file.getInt(4);
    // The way rows are divided becomes the width of a tile, which is also the last that is known.
    for (int i = 0; i < file.getShort(directory); i++) {
      int entry = directory + 2 + 12 * i;
      if (file.getShort(entry) == 278) {
        file.putShort(entry, (short) TiffDirectory.TILE_WIDTH)
            .putShort(entry + 2, (short) 4)
            .putInt(entry + 8, 1 << 30);
      }
    }

    assertThat(failure(ImageDecoder.standard(), tiff).problem())
        .contains("24x20 pixels (width x height), but data for 21,474,836,480");
  }

  @Test
  void readersOfTiffSeeOnePageWithoutNotes() throws Exception {
    byte[] pages = resource("tiff_pages.tif");
    byte[] alone = TiffDirectory.of(pages).alone();
    ByteBuffer file = ByteBuffer.wrap(alone).order(ByteOrder.LITTLE_ENDIAN);
    int directory = file.getInt(4);
    int entries = file.getShort(directory);

    assertThat(file.getInt(directory + 2 + 12 * entries)).isZero();
    assertThat(decoded(alone)).isEqualTo(decoded(pages));
  }

  @Test
  void directoryThatNamesMoreThanTheFileHoldsIsDamaged() throws Exception {
    byte[] tiff = resource("tiff_plain.tif");
    ByteBuffer file = ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(file.getInt(4) + 2 + 4, Integer.MAX_VALUE);

    assertThat(failure(ImageDecoder.standard(), tiff).problem())
        .contains("its directory of pages is missing or damaged");
  }

  @Test
  void onlyTheFirstBitmapOfAWebpIsDecoded() throws Exception {
    byte[] webp = resource("webp_alpha.webp");
    byte[] bitmap = Arrays.copyOfRange(webp, 12, webp.length);
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.write(webp, 0, 12);
    many.writeBytes("VP8X".getBytes(StandardCharsets.US_ASCII));
    many.writeBytes(new byte[] {10, 0, 0, 0, 0x10, 0, 0, 0, 23, 0, 0, 19, 0, 0});
    for (int i = 0; i < 50; i++) {
      many.writeBytes(bitmap);
    }
    byte[] bytes = many.toByteArray();
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(4, bytes.length - 8);

    assertThat(WebpChunks.firstImage(bytes)).hasSize(12 + 18 + bitmap.length);
    assertThat(decoded(bytes)).isEqualTo(decoded(webp));
  }

  @Test
  void bitmapOfAWebpCountsWhateverItsHeaderSays() throws Exception {
    byte[] webp = resource("webp_lossless.webp");
    ByteArrayOutputStream wrapped = new ByteArrayOutputStream();
    wrapped.write(webp, 0, 12);
    wrapped.writeBytes("VP8X".getBytes(StandardCharsets.US_ASCII));
    wrapped.writeBytes(new byte[] {10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    wrapped.write(webp, 12, webp.length - 12);
    byte[] bytes = wrapped.toByteArray();
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(4, bytes.length - 8);
    file.putInt(12 + 18 + 9, 0x0fff_ffff); // 16384x16384

    assertThat(failure(ImageDecoder.standard(), bytes).problem())
        .isEqualTo(
            "bomb has 1x1 pixels (width x height), but data for 268,435,456, more than the limit of"
                + " 120,000,000.");
  }

  @Test
  void readersOfPngSeeNoCompressedNotes() throws Exception {
    for (String name : new String[] {"png_rgb_8.png", "png_palette_8.png"}) {
      byte[] png = resource(name);
      ByteArrayOutputStream noted = new ByteArrayOutputStream();
      noted.write(png, 0, 33);
      for (int i = 0; i < 100; i++) {
        noted.writeBytes(chunk("zTXt", new byte[500]));
        noted.writeBytes(chunk("iCCP", new byte[500]));
        noted.writeBytes(chunk("fcTL", new byte[26]));
      }
      noted.write(png, 33, png.length - 33);

      assertThat(PngChunks.ofPixels(noted.toByteArray())).isEqualTo(png);
      assertThat(decoded(noted.toByteArray())).isEqualTo(decoded(png));
    }
  }

  private static byte[] chunk(String type, byte[] content) {
    CRC32 checksum = new CRC32();
    checksum.update(type.getBytes(StandardCharsets.US_ASCII));
    checksum.update(content);
    return ByteBuffer.allocate(12 + content.length)
        .putInt(content.length)
        .put(type.getBytes(StandardCharsets.US_ASCII))
        .put(content)
        .putInt((int) checksum.getValue())
        .array();
  }

  @Test
  void readersOfGifSeeNeitherCommentsNorLaterImages() throws Exception {
    byte[] gif = resource("gif_part_transparent.gif");
    int first = 13 + 3 * (2 << (gif[10] & 7));
    ByteArrayOutputStream commented = new ByteArrayOutputStream();
    commented.write(gif, 0, first);
    commented.writeBytes(new byte[] {0x21, (byte) 0xfe});
    for (int i = 0; i < 1000; i++) {
      commented.write(255);
      commented.writeBytes(new byte[255]);
    }
    commented.write(0);
    commented.write(gif, first, gif.length - first);

    assertThat(GifBlocks.firstImage(commented.toByteArray())).hasSizeLessThan(gif.length);
    assertThat(decoded(commented.toByteArray())).isEqualTo(decoded(gif));
    assertThat(GifBlocks.firstImage(resource("gif_animated.gif")))
        .hasSizeLessThan(resource("gif_animated.gif").length * 3 / 4);
  }

  @Test
  void otherFormatsInsideOfABitmapAreRefused() throws Exception {
    byte[] bmp = resource("bmp_24.bmp");
    bmp[30] = 4;

    assertThat(failure(ImageDecoder.standard(), bmp).problem())
        .isEqualTo("The image bomb cannot be decoded: it is a bitmap with JPEG data inside.");
  }
}
