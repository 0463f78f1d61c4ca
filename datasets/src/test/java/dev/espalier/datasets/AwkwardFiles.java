package dev.espalier.datasets;

import static dev.espalier.datasets.files.ImagesForTests.picture;
import static dev.espalier.datasets.files.ImagesForTests.write;

import dev.espalier.datasets.image.ImageDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes 200 files as people have them: every format and mode, and all that goes wrong with files.
 * The folder {@code good} gets those that are pictures, the folder {@code bad} the others.
 */
final class AwkwardFiles {
  private static final List<String> KINDS =
      List.of(
          "bmp_16.bmp bmp_24.bmp bmp_24_top_down.bmp bmp_32.bmp bmp_32_alpha.bmp bmp_565.bmp",
          "bmp_palette_1.bmp bmp_palette_4.bmp bmp_palette_8.bmp bmp_palette_8_os2.bmp",
          "bmp_rle4.bmp bmp_rle8.bmp bmp_palette_1_os2.bmp bmp_palette_4_top_down.bmp",
          "gif_animated.gif gif_beyond.gif gif_part.gif gif_part_transparent.gif",
          "exif_1.jpg exif_2.jpg exif_3.jpg exif_4.jpg exif_5.jpg exif_6.jpg exif_7.jpg exif_8.jpg",
          "color.jpg grey.jpg progressive.jpg cmyk.jpg jpeg_422.jpg jpeg_444.jpg jpeg_cmyk.jpg",
          "jpeg_cmyk_plain.jpg jpeg_damaged_profile.jpg jpeg_grey_profile.jpg jpeg_profile.jpg",
          "jpeg_restart.jpg jpeg_rgb.jpg jpeg_then_text.jpg jpeg_ycck.jpg",
          "exif_6.png png_gamma.png png_grey_1.png png_grey_16.png png_grey_16_interlaced.png",
          "png_grey_1_interlaced.png png_grey_2.png png_grey_4.png png_grey_8.png",
          "png_grey_alpha_16.png png_grey_alpha_8.png png_grey_key.png png_palette_1.png",
          "png_palette_2.png png_palette_4.png png_palette_8.png png_palette_8_interlaced.png",
          "png_palette_alpha_4.png png_palette_alpha_8.png png_rgb_16.png png_rgb_16_interlaced.png",
          "png_rgb_8.png png_rgb_8_interlaced.png png_rgba_16.png png_rgba_8.png",
          "png_rgba_8_interlaced.png png_grey_2_interlaced.png png_grey_4_interlaced.png",
          "png_grey_8_interlaced.png png_grey_alpha_8_interlaced.png png_palette_1_interlaced.png",
          "png_palette_2_interlaced.png png_palette_4_interlaced.png",
          "deflate.tif jpeg.tif lzw.tif packbits.tif exif_8.tif tiff_cmyk.tif tiff_grey.tif",
          "tiff_grey_16.tif tiff_group4.tif tiff_pages.tif tiff_palette.tif tiff_plain.tif",
          "tiff_rgba.tif",
          "exif_6.webp webp_alpha.webp webp_animated.webp webp_lossless.webp webp_lossy.webp");

  private static final List<String> TO_CUT =
      List.of(
          "color.jpg",
          "progressive.jpg",
          "jpeg_ycck.jpg",
          "png_rgb_8.png",
          "png_palette_8_interlaced.png",
          "png_rgba_16.png",
          "bmp_24.bmp",
          "bmp_palette_8.bmp",
          "gif_part.gif",
          "tiff_plain.tif",
          "lzw.tif",
          "webp_lossless.webp",
          "webp_lossy.webp");

  private final Path good;
  private final Path bad;

  private AwkwardFiles(Path folder) {
    this.good = folder.resolve("good");
    this.bad = folder.resolve("bad");
  }

  static void make(Path folder) throws Exception {
    AwkwardFiles files = new AwkwardFiles(folder);
    files.everyKind();
    files.wrongExtensions();
    files.awkwardNames();
    files.cutShort();
    files.empty();
    files.noPictures();
    files.tooLarge();
    files.notPlain();
  }

  private void everyKind() throws IOException {
    for (String line : KINDS) {
      for (String name : line.split(" ")) {
        write(good.resolve(name), resource(name));
      }
    }
  }

  private void wrongExtensions() throws IOException {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("png_rgb_8.png", "really_png.jpg");
    names.put("color.jpg", "really_jpeg.png");
    names.put("webp_lossless.webp", "really_webp.jpeg");
    names.put("gif_part.gif", "really_gif.bmp");
    names.put("bmp_24.bmp", "really_bmp.GIF");
    names.put("lzw.tif", "really_tiff.JPG");
    names.put("grey.jpg", "jpeg_without_extension");
    names.put("png_grey_8.png", "png.unknown");
    names.put("progressive.jpg", "two.extensions.txt");
    names.put("tiff_grey.tif", "page.download");
    for (Map.Entry<String, String> entry : names.entrySet()) {
      write(good.resolve(entry.getValue()), resource(entry.getKey()));
    }
  }

  private void awkwardNames() {
    List<String> names =
        List.of(
            "\u732b.png",
            "\u041a\u043e\u0448\u043a\u0430.png",
            "\u0642\u0637\u0629.png",
            "\ud83d\udc31\u200d\ud83d\udc64.png",
            "cafe\u0301.png",
            "caf\u00e9 2.png",
            " leading space.png",
            "trailing space .png",
            "-rf.png",
            "100% (copy) [1].png",
            "quote's \"double\".png",
            "semi;colon&and$dollar.png",
            "back\\slash.png",
            "line\nbreak.png",
            "UPPER.PNG",
            "a".repeat(251) + ".png",
            "\u00fc".repeat(125) + ".png",
            "deep/" + "very/".repeat(40) + "deep.png",
            "name.with.many.dots...png",
            "#hash?.png");
    int red = 0;
    for (String name : names) {
      write(good.resolve(name), picture("png", ++red << 16));
    }
  }

  private void cutShort() throws IOException {
    for (String name : TO_CUT) {
      byte[] whole = resource(name);
      for (int percent : new int[] {10, 25, 50, 75}) {
        write(
            bad.resolve("cut_to_" + percent + "_" + name),
            Arrays.copyOf(whole, Math.max(12, whole.length * percent / 100)));
      }
    }
  }

  private void empty() {
    for (String extension : List.of("jpg", "jpeg", "png", "gif", "bmp", "webp", "tif", "tiff")) {
      write(bad.resolve("empty." + extension), new byte[0]);
    }
  }

  private void noPictures() {
    write(bad.resolve("letter.jpg"), "Dear reader,\n".getBytes(StandardCharsets.UTF_8));
    write(bad.resolve("page.png"), "<!DOCTYPE html>".getBytes(StandardCharsets.UTF_8));
    write(bad.resolve("drawing.webp"), "<svg xmlns=\"\"/>".getBytes(StandardCharsets.UTF_8));
    write(bad.resolve("sound.webp"), "RIFF\20\0\0\0WAVEfmt ".getBytes(StandardCharsets.ISO_8859_1));
    write(bad.resolve("zeros.jpg"), new byte[5000]);
    write(bad.resolve("one_byte.png"), new byte[] {(byte) 0x89});
    write(bad.resolve("archive.jpg"), new byte[] {'P', 'K', 3, 4, 20, 0, 0, 0, 8, 0, 0, 0, 1});
    write(bad.resolve("photo.tiff"), "II*\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1));
    write(bad.resolve("only_a_start.jpg"), new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff});
    write(bad.resolve("bmw.bmp"), "BMW is a car.".getBytes(StandardCharsets.UTF_8));
  }

  private void tooLarge() throws IOException {
    byte[] png = resource("png_rgb_8.png");
    ByteBuffer.wrap(png).putInt(16, 60_000).putInt(20, 50_000);
    write(bad.resolve("huge.png"), png);
    byte[] bmp = resource("bmp_24.bmp");
    ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(18, 40_000).putInt(22, 40_000);
    write(bad.resolve("huge.bmp"), bmp);
    byte[] gif = resource("gif_part.gif");
    Arrays.fill(gif, 6, 10, (byte) 0xff);
    write(bad.resolve("huge.gif"), gif);
    byte[] jpeg = resource("color.jpg");
    int frame = indexOf(jpeg, (byte) 0xff, (byte) 0xc0);
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 65_500).putShort(frame + 7, (short) 65_500);
    write(bad.resolve("huge.jpg"), jpeg);
  }

  private static int indexOf(byte[] bytes, byte first, byte second) {
    for (int i = 0; ; i++) {
      if (bytes[i] == first && bytes[i + 1] == second) {
        return i;
      }
    }
  }

  /** What is named like a picture, but is a folder, a link or without permissions. */
  private void notPlain() throws IOException {
    write(good.resolve("folder.jpg/inside.png"), picture("png", 0x123456));
    Files.createSymbolicLink(good.resolve("link.png"), good.resolve("UPPER.PNG"));
    Files.createSymbolicLink(bad.resolve("broken_link.png"), bad.resolve("nowhere.png"));
    Files.createSymbolicLink(good.resolve("circle"), good.getParent());
    Path locked = write(bad.resolve("locked.png"), picture("png", 1));
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream stream = ImageDecoder.class.getResourceAsStream(name)) {
      return stream.readAllBytes();
    }
  }
}
