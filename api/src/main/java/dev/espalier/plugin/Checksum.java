package dev.espalier.plugin;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Checksum that a publisher gives for a file. Immutable.
 *
 * @param algorithm SHA-256 or MD5, which some publishers still use; it finds damage, not a forgery
 * @param digits hexadecimal, lower case: all of them, or of SHA-256 the first 8 or more, which some
 *     publishers write into the names of files
 */
public record Checksum(Algorithm algorithm, String digits) {
  private static final Pattern HEXADECIMAL = Pattern.compile("[0-9a-f]+");

  /** Algorithms of checksums. */
  public enum Algorithm {
    /** SHA-256, 64 digits. */
    SHA_256("SHA-256", 8, 64),
    /** MD5, 32 digits. */
    MD5("MD5", 32, 32);

    private final String title;
    private final int fewest;
    private final int most;

    Algorithm(String title, int fewest, int most) {
      this.title = title;
      this.fewest = fewest;
      this.most = most;
    }

    /** Returns the name that {@link java.security.MessageDigest} knows. */
    public String title() {
      return title;
    }
  }

  /**
   * Checks the digits.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if they are not those of the
   *     algorithm
   */
  public Checksum {
    digits = digits.toLowerCase(Locale.ROOT);
    if (!HEXADECIMAL.matcher(digits).matches()
        || digits.length() < algorithm.fewest
        || digits.length() > algorithm.most) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "\"" + digits + "\" is not a checksum of " + algorithm.title + ".",
          "Give its " + algorithm.most + " hexadecimal digits.");
    }
  }

  /** Returns the SHA-256 checksum of 64 hexadecimal digits, or of the first 8 or more. */
  public static Checksum sha256(String digits) {
    return new Checksum(Algorithm.SHA_256, digits);
  }

  /** Returns the MD5 checksum of 32 hexadecimal digits. */
  public static Checksum md5(String digits) {
    return new Checksum(Algorithm.MD5, digits);
  }

  /** Returns whether a file with these digits, all of them, is the publisher's. */
  public boolean matches(String found) {
    return found.toLowerCase(Locale.ROOT).startsWith(digits);
  }

  /** Returns algorithm and digits, such as {@code MD5 902e53a9f72be733fc0bcb005b3ebbac}. */
  @Override
  public String toString() {
    return algorithm.title + " " + digits;
  }
}
