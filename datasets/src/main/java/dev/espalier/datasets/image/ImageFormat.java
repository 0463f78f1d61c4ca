package dev.espalier.datasets.image;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Supported image formats. A format is detected from the first bytes of a file, not from its name.
 */
public enum ImageFormat {
  /** Baseline and progressive; color, grayscale and CMYK. */
  JPEG("JPEG", "jpg jpeg jpe jfif", "\u00ff\u00d8\u00ff"),
  /** With 1 to 16 bits, palettes, transparency, interlaced. */
  PNG("PNG", "png", "\u0089PNG\r\n\u001a\n"),
  /** The first image if there are several. */
  GIF("GIF", "gif", "GIF87a|GIF89a"),
  /** Windows bitmaps. */
  BMP("BMP", "bmp dib", "BM????\u0000\u0000\u0000\u0000"),
  /** Lossy and lossless; the first image if there are several. */
  WEBP("WebP", "webp", "RIFF????WEBP"),
  /** The first page if there are several. */
  TIFF("TIFF", "tif tiff", "II*\u0000|MM\u0000*|II+\u0000|MM\u0000+");

  /** The number of bytes needed to detect the format of a file. */
  public static final int SIGNATURE_LENGTH = 12;

  private final String title;
  private final String extensions;
  private final String signatures;

  /**
   * Describes a format.
   *
   * @param extensions file name extensions, separated by spaces
   * @param signatures first bytes of files, separated by bars; a question mark matches any byte
   */
  ImageFormat(String title, String extensions, String signatures) {
    this.title = title;
    this.extensions = extensions;
    this.signatures = signatures;
  }

  /** Returns the format of a file, or null if it is not supported. */
  public static @Nullable ImageFormat of(byte[] head) {
    String start =
        new String(head, 0, Math.min(head.length, SIGNATURE_LENGTH), StandardCharsets.ISO_8859_1);
    return Arrays.stream(values())
        .filter(
            format ->
                Stream.of(format.signatures.split("\\|")).anyMatch(one -> startsWith(start, one)))
        .findFirst()
        .orElse(null);
  }

  /** Returns whether the name of a file has the extension of an image format. */
  public static boolean isNamedLikeOne(Path file) {
    Path name = file.getFileName();
    String text = name == null ? "" : name.toString().toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .flatMap(format -> Stream.of(format.extensions.split(" ")))
        .anyMatch(extension -> text.endsWith("." + extension));
  }

  /** Returns the names of all formats as a phrase: {@code JPEG, PNG, GIF, BMP, WebP or TIFF}. */
  static String listed() {
    List<String> names = Stream.of(values()).map(ImageFormat::toString).toList();
    int last = names.size() - 1;
    return names.subList(0, last).stream().collect(Collectors.joining(", "))
        + " or "
        + names.get(last);
  }

  private static boolean startsWith(String start, String signature) {
    if (start.length() < signature.length()) {
      return false;
    }
    for (int i = 0; i < signature.length(); i++) {
      if (signature.charAt(i) != '?' && signature.charAt(i) != start.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the display name. */
  @Override
  public String toString() {
    return title;
  }
}
