package dev.espalier.error;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Checks names of files against the encoding that the JVM took from the locale. In a locale without
 * UTF-8, as containers and services often have, the names {@code ä} and {@code ö} would become the
 * same one.
 */
public final class FileNames {
  /** What decoders write for bytes that they do not know. */
  private static final char REPLACEMENT = '\ufffd';

  private FileNames() {}

  /**
   * Returns the path that a text names.
   *
   * @throws EspalierException {@code FILE_NOT_READABLE} if there cannot be such a path, or not in
   *     the encoding of this process
   */
  public static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw notAPath(text, e);
    }
  }

  /**
   * Returns the path that a text names relative to a folder, or absolutely.
   *
   * @throws EspalierException as {@link #path} does
   */
  public static Path resolve(Path folder, String text) {
    try {
      return folder.resolve(text);
    } catch (InvalidPathException e) {
      throw notAPath(text, e);
    }
  }

  /**
   * Returns a path that a folder was asked for, if all of its name could be read.
   *
   * @throws EspalierException {@code FILE_NOT_READABLE} if not
   */
  public static Path decoded(Path path) {
    if (!isDecoded(path)) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_READABLE,
          utf8()
              ? "The name of " + path + " is not UTF-8."
              : "The name of "
                  + path
                  + " has characters that are not "
                  + encoding()
                  + ", which is"
                  + " the encoding of this process.",
          utf8() ? "Rename it." : localeRemedy());
    }
    Path name = path.getFileName();
    if (name != null && isMisread(name.toString(), charset())) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_READABLE,
          "The name of "
              + path
              + " is UTF-8, but the encoding of this process is "
              + encoding()
              + ".",
          localeRemedy());
    }
    return path;
  }

  /** Returns whether the text of a path names the same file. */
  static boolean isDecoded(Path path) {
    String text = path.toString();
    if (text.indexOf(REPLACEMENT) < 0) {
      return true;
    }
    try {
      // A name may hold the replacement character itself.
      return path.getFileSystem().getPath(text).equals(path);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /**
   * Returns whether a text that was decoded by a charset would have been UTF-8. Charsets of one
   * byte know every byte, so that names come out as other names, {@code Ã¤} for {@code ä}.
   */
  static boolean isMisread(String text, Charset charset) {
    if (charset.equals(StandardCharsets.UTF_8)
        || StandardCharsets.US_ASCII.newEncoder().canEncode(text)
        || !charset.newEncoder().canEncode(text)) {
      return false;
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text.getBytes(charset)));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static EspalierException notAPath(String text, InvalidPathException e) {
    boolean encoded =
        text.indexOf('\0') >= 0 || utf8() || StandardCharsets.US_ASCII.newEncoder().canEncode(text);
    return encoded
        ? new EspalierException(
            ErrorCode.FILE_NOT_READABLE,
            "\"" + text + "\" cannot be the path of a file: " + e.getReason() + ".",
            "Write it as the system shows it.",
            e)
        : new EspalierException(
            ErrorCode.FILE_NOT_READABLE,
            "The path \""
                + text
                + "\" has characters that are not "
                + encoding()
                + ", which is the encoding of this process.",
            localeRemedy(),
            e);
  }

  private static String localeRemedy() {
    return "Start it in a locale with UTF-8: set the environment variable LC_ALL to C.UTF-8.";
  }

  private static String encoding() {
    return System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name());
  }

  private static boolean utf8() {
    return charset().equals(StandardCharsets.UTF_8);
  }

  private static Charset charset() {
    try {
      return Charset.forName(encoding());
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return Charset.defaultCharset();
    }
  }
}
