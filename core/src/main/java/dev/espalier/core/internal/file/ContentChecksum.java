package dev.espalier.core.internal.file;

import dev.espalier.graph.Shape;
import dev.espalier.model.StoredType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A checksum over the contents of a safetensors file: name, type, shape and bytes of each array,
 * and each metadata entry. It depends neither on their order nor on the formatting of the header,
 * so a program that copies a file's contents can copy its checksum too. Several threads may add
 * arrays, each array by one thread.
 */
final class ContentChecksum {
  /** The metadata key of the checksum. */
  static final String KEY = "espalier.checksum";

  private static final Pattern VALUE = Pattern.compile("crc32c-[0-9a-f]{8}");

  private final AtomicInteger sum = new AtomicInteger();

  /**
   * Returns whether metadata contains a checksum, so that the arrays must be added to compare it.
   */
  static boolean isIn(Map<String, String> metadata) {
    return metadata.containsKey(KEY);
  }

  /** Adds an array's description and returns the object that takes its bytes. */
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
   * Returns the metadata with a checksum of the arrays and the metadata, replacing an existing one.
   */
  Map<String, String> addTo(Map<String, String> metadata) {
    Map<String, String> all = new LinkedHashMap<>(metadata);
    all.remove(KEY);
    all.forEach(this::metadata);
    all.put(KEY, text());
    return all;
  }

  /**
   * Verifies the checksum and returns the metadata without it. A file without a checksum, written
   * by another program, is accepted.
   *
   * @throws dev.espalier.error.EspalierException if the contents have changed
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
              + ", so some of it has changed since then (a program that changes it on purpose"
              + " leaves out the metadata "
              + KEY
              + ")");
    }
    return rest;
  }

  private String text() {
    return "crc32c-" + HexFormat.of().toHexDigits(sum.get());
  }

  /** One part of the contents; the order of parts does not matter. */
  final class Array {
    private final CRC32C crc = new CRC32C();

    private Array() {}

    private void text(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
      crc.update(bytes);
    }

    /** Adds bytes without changing the buffer. */
    void bytes(ByteBuffer buffer) {
      crc.update(buffer.duplicate());
    }

    /** Ends the array after all its bytes. */
    void end() {
      // Mixed, because a sum of plain checksums would not change when two parts are swapped. Mixing
      // is injective, so damage to a single part is always detected.
      int mixed = (int) crc.getValue();
      mixed ^= mixed >>> 16;
      mixed *= 0x85ebca6b;
      mixed ^= mixed >>> 13;
      mixed *= 0xc2b2ae35;
      mixed ^= mixed >>> 16;
      sum.addAndGet(mixed);
    }
  }
}
