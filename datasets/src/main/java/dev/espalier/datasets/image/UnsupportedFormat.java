package dev.espalier.datasets.image;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Common image formats that are not supported. */
public enum UnsupportedFormat {
  /** The photo format of many phones. */
  HEIC("HEIC", "heic heif hif", "ftypheic ftypheix ftyphevc ftyphevx ftypmif1 ftypmsf1"),
  /** Still images of AV1. */
  AVIF("AVIF", "avif avifs", "ftypavif ftypavis"),
  /** JPEG 2000, as a file or a bare code stream. */
  JPEG_2000("JPEG 2000", "jp2 j2k jpf jpx j2c jpc", "jP??\r\n\u0087\n"),
  /** JPEG XL. */
  JPEG_XL("JPEG XL", "jxl", "JXL?\r\n\u0087\n"),
  /** PPM, PGM, PBM and PAM. */
  NETPBM("PPM", "ppm pgm pbm pnm pam", ""),
  /** Truevision Targa. */
  TGA("TGA", "tga", ""),
  /** Icons and cursors of Windows. */
  ICO("ICO", "ico cur", ""),
  /** Photoshop. */
  PSD("PSD", "psd psb", ""),
  /** PC Paintbrush. */
  PCX("PCX", "pcx", ""),
  /** High dynamic range. */
  EXR("OpenEXR", "exr", ""),
  /** Vector graphics. */
  SVG("SVG", "svg svgz", ""),
  /** Medical images. */
  DICOM("DICOM", "dcm dicom", ""),
  /** Raw camera data; some of these files start like TIFF. */
  RAW("camera raw", "dng cr2 cr3 nef nrw arw orf rw2 raf pef srw raw", "");

  /** Position of the signature in containers. */
  private static final int SIGNATURE_START = 4;

  private final String title;
  private final String extensions;
  private final String signatures;

  /**
   * Describes a format.
   *
   * @param extensions file name extensions, separated by spaces
   * @param signatures bytes from the fifth one on, separated by spaces; a question mark matches any
   *     byte
   */
  UnsupportedFormat(String title, String extensions, String signatures) {
    this.title = title;
    this.extensions = extensions;
    this.signatures = signatures;
  }

  /** Returns the format according to the file name, or null if it is none of these. */
  public static @Nullable UnsupportedFormat named(Path file) {
    Path name = file.getFileName();
    String text = name == null ? "" : name.toString().toLowerCase(Locale.ROOT);
    int dot = text.lastIndexOf('.');
    String ending = text.substring(dot + 1);
    return dot < 0 ? null : first(format -> List.of(format.extensions.split(" ")).contains(ending));
  }

  /** Returns the format according to the first bytes, or null if it is none of these. */
  public static @Nullable UnsupportedFormat of(byte[] head) {
    String start = new String(head, StandardCharsets.ISO_8859_1);
    return first(
        format ->
            Stream.of(format.signatures.split(" "))
                .anyMatch(one -> !one.isEmpty() && matches(start, one)));
  }

  private static boolean matches(String start, String signature) {
    if (start.length() < SIGNATURE_START + signature.length()) {
      return false;
    }
    for (int i = 0; i < signature.length(); i++) {
      char wanted = signature.charAt(i);
      if (wanted != '?' && wanted != start.charAt(SIGNATURE_START + i)) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable UnsupportedFormat first(Predicate<UnsupportedFormat> condition) {
    return Stream.of(values()).filter(condition).findFirst().orElse(null);
  }

  /** Returns the display name. */
  @Override
  public String toString() {
    return title;
  }
}
