package dev.espalier.weights.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The entries of a zip archive, by name. Unlike {@link java.util.zip.ZipFile} it gives entries that
 * are stored as they are without a copy, and compares the checksum of each. Not thread-safe.
 */
public final class ZipDirectory {
  private static final int END_BYTES = 22;
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int LOCATOR64_SIGNATURE = 0x07064b50;
  private static final int LOCATOR64_BYTES = 20;
  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final long UNKNOWN = 0xffffffffL;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  /** What all compressed entries may come to: beyond that a small file could ask for all memory. */
  private static final long LARGEST_RATIO = 16;

  private static final long ALWAYS_ALLOWED = 64L << 20;

  private final WeightFile file;
  private final Map<String, Entry> entries;
  private long inflated;

  private record Entry(
      String name, int flags, int method, long checksum, long compressed, long size, long header) {}

  private ZipDirectory(WeightFile file, Map<String, Entry> entries) {
    this.file = file;
    this.entries = entries;
  }

  /** Returns the bytes of the first entry's name if these are the first bytes of an archive. */
  public static String firstName(byte[] head) {
    if (head.length < LOCAL_BYTES) {
      return "";
    }
    ByteBuffer bytes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    int length = Short.toUnsignedInt(bytes.getShort(26));
    return bytes.getInt(0) == LOCAL_SIGNATURE && length <= head.length - LOCAL_BYTES
        ? new String(head, LOCAL_BYTES, length, StandardCharsets.UTF_8)
        : "";
  }

  /** Returns whether these are the first bytes of an archive with at least one entry. */
  public static boolean starts(byte[] head) {
    return head.length >= Integer.BYTES
        && ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt(0) == LOCAL_SIGNATURE;
  }

  /** Reads the list of entries at the end of a file. */
  public static ZipDirectory read(WeightFile file) {
    file.at("the list of entries at the end");
    long tailBytes = Math.min(file.size(), END_BYTES + LONGEST_COMMENT);
    long tailStart = file.size() - tailBytes;
    ByteBuffer tail = file.bytes(tailStart, tailBytes);
    int end = (int) tailBytes - END_BYTES;
    while (end >= 0 && tail.getInt(end) != END_SIGNATURE) {
      end--;
    }
    if (end < 0) {
      throw file.invalid("there is none, so the file is truncated");
    }
    long count = Short.toUnsignedLong(tail.getShort(end + 10));
    long length = Integer.toUnsignedLong(tail.getInt(end + 12));
    long start = Integer.toUnsignedLong(tail.getInt(end + 16));
    long locator = tailStart + end - LOCATOR64_BYTES;
    if (locator >= 0) {
      ByteBuffer found = file.bytes(locator, LOCATOR64_BYTES);
      if (found.getInt(0) == LOCATOR64_SIGNATURE) {
        ByteBuffer end64 = file.bytes(found.getLong(8), 56);
        if (end64.getInt(0) != END64_SIGNATURE) {
          throw file.invalid("it is not where the file says");
        }
        count = end64.getLong(32);
        length = end64.getLong(40);
        start = end64.getLong(48);
      }
    }
    ByteBuffer list = file.bytes(start, length);
    if (count < 0 || count > length / ENTRY_BYTES) {
      throw file.invalid("it claims " + count + " entries in " + length + " bytes");
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    long total = 0;
    for (long i = 0; i < count; i++) {
      Entry entry = entry(file, list);
      total += entry.compressed();
      // Entries that overlap would multiply what is in the file.
      if (total < 0 || total > file.size() || entries.put(entry.name(), entry) != null) {
        throw file.invalid("the entries overlap or have the same name");
      }
    }
    return new ZipDirectory(file, entries);
  }

  private static Entry entry(WeightFile file, ByteBuffer list) {
    int at = list.position();
    if (list.getInt(at) != ENTRY_SIGNATURE) {
      throw file.invalid("there is something else between the entries");
    }
    int nameBytes = Short.toUnsignedInt(list.getShort(at + 28));
    int extraBytes = Short.toUnsignedInt(list.getShort(at + 30));
    int commentBytes = Short.toUnsignedInt(list.getShort(at + 32));
    byte[] name = new byte[nameBytes];
    list.get(at + ENTRY_BYTES, name);
    long size = Integer.toUnsignedLong(list.getInt(at + 24));
    long compressed = Integer.toUnsignedLong(list.getInt(at + 20));
    long header = Integer.toUnsignedLong(list.getInt(at + 42));
    int extra = at + ENTRY_BYTES + nameBytes;
    int extraEnd = extra + extraBytes;
    while (extra + 4 <= extraEnd) {
      int fieldBytes = Short.toUnsignedInt(list.getShort(extra + 2));
      if (list.getShort(extra) == 1) {
        // Of zip64: only what has no room in the entry itself, in this order.
        int field = extra + 4;
        if (size == UNKNOWN) {
          size = list.getLong(field);
          field += Long.BYTES;
        }
        if (compressed == UNKNOWN) {
          compressed = list.getLong(field);
          field += Long.BYTES;
        }
        if (header == UNKNOWN) {
          header = list.getLong(field);
        }
      }
      extra += 4 + fieldBytes;
    }
    list.position(extraEnd + commentBytes);
    if (size < 0 || compressed < 0 || header < 0) {
      throw file.invalid("an entry has a negative size");
    }
    return new Entry(
        new String(name, StandardCharsets.UTF_8),
        Short.toUnsignedInt(list.getShort(at + 8)),
        Short.toUnsignedInt(list.getShort(at + 10)),
        Integer.toUnsignedLong(list.getInt(at + 16)),
        compressed,
        size,
        header);
  }

  /** Returns the names of all entries, in the order of the list. */
  public Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  /** Returns the bytes of an entry, in little-endian order. */
  public ByteBuffer bytes(String name) {
    file.at("the entry \"" + name + "\"");
    Entry entry = entries.get(name);
    if (entry == null) {
      throw file.invalid("the archive does not have it");
    }
    if ((entry.flags() & 1) != 0) {
      throw file.invalid("it is encrypted");
    }
    ByteBuffer local = file.bytes(entry.header(), LOCAL_BYTES);
    if (local.getInt(0) != LOCAL_SIGNATURE) {
      throw file.invalid("it is not where the list of entries says");
    }
    long start =
        entry.header()
            + LOCAL_BYTES
            + Short.toUnsignedInt(local.getShort(26))
            + Short.toUnsignedInt(local.getShort(28));
    ByteBuffer content = file.bytes(start, entry.compressed());
    if (entry.method() == DEFLATED) {
      content = inflate(entry, content);
    } else if (entry.method() != STORED || entry.size() != entry.compressed()) {
      throw file.invalid("it is compressed in a way that weight files do not use");
    }
    CRC32 checksum = new CRC32();
    checksum.update(content.duplicate());
    if (checksum.getValue() != entry.checksum()) {
      throw file.invalid("its checksum is wrong, so the file is damaged");
    }
    return content;
  }

  private ByteBuffer inflate(Entry entry, ByteBuffer content) {
    inflated += entry.size();
    if (entry.size() > Integer.MAX_VALUE - 8
        || inflated > ALWAYS_ALLOWED + LARGEST_RATIO * file.size()) {
      throw file.invalid(
          "it claims "
              + entry.size()
              + " bytes, more than weights of "
              + entry.compressed()
              + " compressed bytes can have");
    }
    byte[] bytes = new byte[(int) entry.size()];
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(content);
      int filled = 0;
      while (filled < bytes.length) {
        int count = inflater.inflate(bytes, filled, bytes.length - filled);
        if (count == 0) {
          throw file.invalid("it ends too early");
        }
        filled += count;
      }
    } catch (DataFormatException e) {
      throw file.invalid("its compressed bytes are damaged");
    } finally {
      inflater.end();
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
