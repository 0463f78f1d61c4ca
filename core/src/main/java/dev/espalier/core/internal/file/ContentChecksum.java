package dev.espalier.core.internal.file;

import dev.espalier.graph.Shape;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A checksum of what a safetensors file holds: the name, type, shape and bytes of each array, and
 * each entry of the metadata. Neither their order nor how the header is written counts, so that a
 * program that copies a file by its content copies a checksum that is right. Not thread-safe.
 */
final class ContentChecksum {
  /** The key of the metadata under which the checksum is. */
  static final String KEY = "espalier.checksum";

  private static final Pattern VALUE = Pattern.compile("crc32c-[0-9a-f]{8}");

  private int sum;

  /** Takes one array in: its description now, its bytes through what is returned. */
  Array array(String name, StoredType type, Shape shape) {
    Array array = new Array();
    array.text(name);
    array.text(type.name());
    array.text(shape.sizes().toString());
    return array;
  }

  private void metadata(String key, String value) {
    Array entry = new Array();
    entry.text(key);
    entry.text(value);
    entry.end();
  }

  /**
   * Returns the metadata with the checksum of them and of the arrays, instead of the one that may
   * be there.
   */
  Map<String, String> addTo(Map<String, String> metadata) {
    Map<String, String> all = new LinkedHashMap<>(metadata);
    all.remove(KEY);
    all.forEach(this::metadata);
    all.put(KEY, text());
    return all;
  }

  /**
   * Returns the metadata without the checksum, after a comparison with it. A file without one, of
   * another program, is not compared.
   *
   * @throws dev.espalier.error.EspalierException if the file is not what was written
   */
  Map<String, String> check(FileProblems problems, Map<String, String> metadata) {
    Map<String, String> rest = new LinkedHashMap<>(metadata);
    String written = rest.remove(KEY);
    if (written == null) {
      // The key itself may be what is damaged.
      rest.forEach(
          (key, value) -> {
            if (VALUE.matcher(value).matches()) {
              throw problems.at("the metadata", "its checksum has another name than " + KEY);
            }
          });
      return rest;
    }
    rest.forEach(this::metadata);
    if (!written.equals(text())) {
      throw problems.at(
          "an unknown place",
          "its checksum is "
              + text()
              + " and not "
              + (VALUE.matcher(written).matches() ? written : "the one that was written")
              + ", so some of it has changed since then (a program that changes it on purpose leaves"
              + " out the metadata "
              + KEY
              + ")");
    }
    return rest;
  }

  private String text() {
    return "crc32c-" + HexFormat.of().toHexDigits(sum);
  }

  /** One part of the content; the order of parts does not count. */
  final class Array {
    private final CRC32C crc = new CRC32C();

    private Array() {}

    private void text(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
      crc.update(bytes);
    }

    /** Takes bytes in and leaves the buffer as it is. */
    void bytes(ByteBuffer buffer) {
      crc.update(buffer.duplicate());
    }

    /** Says that all bytes were taken in. */
    void end() {
      // Mixed, because sums of plain checksums stay the same when two parts change places.
      // Different
      // checksums stay different, so that damage in one part always shows.
      int mixed = (int) crc.getValue();
      mixed ^= mixed >>> 16;
      mixed *= 0x85ebca6b;
      mixed ^= mixed >>> 13;
      mixed *= 0xc2b2ae35;
      mixed ^= mixed >>> 16;
      sum += mixed;
    }
  }
}
