package dev.espalier.weights.tensorflow;

import dev.espalier.weights.internal.WeightFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Reads the entries of a sorted table, the format of LevelDB's table files in which a checkpoint
 * has its index: blocks of entries whose keys leave out what they share with the one before, and a
 * block that lists the blocks.
 */
final class SortedTable {
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int FOOTER_BYTES = 48;
  private static final int TRAILER_BYTES = 5;
  private static final int MASK_DELTA = 0xa282ead8;

  /** Names of variables are short, and there are some thousands of them. */
  private static final long LARGEST_FILE = 64 << 20;

  private static final int LONGEST_KEY = 4096;

  /** Keys share beginnings, so a small file could ask for much memory. */
  private static final long ALL_KEYS = 64 << 20;

  private SortedTable() {}

  /** Returns all values by their key, in the order of the keys. */
  static Map<String, ByteBuffer> read(WeightFile file) {
    file.at("the end");
    if (file.size() < FOOTER_BYTES || file.size() > LARGEST_FILE) {
      throw file.invalid("an index cannot have " + file.size() + " bytes");
    }
    ByteBuffer footer = file.bytes(file.size() - FOOTER_BYTES, FOOTER_BYTES);
    if (footer.getLong(FOOTER_BYTES - Long.BYTES) != MAGIC) {
      throw file.invalid(
          "the mark of an index is missing, so the file is truncated or another one");
    }
    ProtobufFields.varint(file, footer); // The block of meta data, which checkpoints do not use.
    ProtobufFields.varint(file, footer);
    Map<String, ByteBuffer> blocks = new LinkedHashMap<>();
    readBlock(file, footer, blocks);
    Map<String, ByteBuffer> entries = new LinkedHashMap<>();
    for (ByteBuffer handle : blocks.values()) {
      readBlock(file, handle, entries);
    }
    return entries;
  }

  private static void readBlock(
      WeightFile file, ByteBuffer handle, Map<String, ByteBuffer> entries) {
    long start = ProtobufFields.varint(file, handle);
    long length = ProtobufFields.varint(file, handle);
    file.at("the block at byte " + start);
    if (length < Integer.BYTES || length > file.size()) {
      throw file.invalid("it cannot have " + length + " bytes");
    }
    ByteBuffer block = file.bytes(start, length + TRAILER_BYTES);
    int size = (int) length;
    requireChecksum(file, block.slice(0, size + 1), block.getInt(size + 1));
    if (block.get(size) != 0) {
      throw file.refused(
          "has a compressed index, which TensorFlow does not write",
          "Save the checkpoint again in TensorFlow.");
    }
    int restarts = block.getInt(size - Integer.BYTES);
    long end = size - Integer.BYTES - (long) restarts * Integer.BYTES;
    if (restarts < 0 || end < 0) {
      throw file.invalid("it claims " + restarts + " groups of keys");
    }
    ByteBuffer rest = block.slice(0, (int) end).order(ByteOrder.LITTLE_ENDIAN);
    byte[] key = new byte[0];
    long keyBytes = 0;
    while (rest.hasRemaining()) {
      long shared = ProtobufFields.varint(file, rest);
      long added = ProtobufFields.varint(file, rest);
      long valueBytes = ProtobufFields.varint(file, rest);
      if (shared < 0 || shared > key.length || added < 0 || shared + added > LONGEST_KEY) {
        throw file.invalid("a key has a wrong length");
      }
      ByteBuffer ending = ProtobufFields.bytes(file, rest, added);
      key = Arrays.copyOf(key, (int) (shared + added));
      ending.get(key, (int) shared, (int) added);
      keyBytes += key.length;
      if (keyBytes > ALL_KEYS) {
        throw file.invalid("the keys have more than " + ALL_KEYS + " bytes");
      }
      ByteBuffer value = ProtobufFields.bytes(file, rest, valueBytes);
      if (entries.put(new String(key, StandardCharsets.UTF_8), value) != null) {
        throw file.invalid("a key is there twice");
      }
    }
  }

  /** Checksums are stored rotated and with a number added, as LevelDB does. */
  static void requireChecksum(WeightFile file, ByteBuffer bytes, int stored) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes.duplicate());
    int value = (int) checksum.getValue();
    if (Integer.rotateRight(value, 15) + MASK_DELTA != stored) {
      throw file.invalid("the checksum is wrong, so the file is damaged");
    }
  }
}
