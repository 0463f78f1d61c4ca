package dev.espalier.testkit.file;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Changes the entries of zip archives. */
final class Archive {
  private static final int SIGNATURE = 0x04034b50;
  private static final int LISTED = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int BOMB_BYTES = 256 << 20;

  private Archive() {}

  /** Compressed once, since it takes a second. */
  private static final class Bomb {
    private static final byte[] COMPRESSED = compressed();
    private static final long CHECKSUM = checksum();

    private static byte[] compressed() {
      Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      byte[] zeros = new byte[1 << 20];
      byte[] output = new byte[1 << 16];
      for (int i = 0; i < BOMB_BYTES / zeros.length; i++) {
        deflater.setInput(zeros);
        while (!deflater.needsInput()) {
          bytes.write(output, 0, deflater.deflate(output));
        }
      }
      deflater.finish();
      while (!deflater.finished()) {
        bytes.write(output, 0, deflater.deflate(output));
      }
      deflater.end();
      return bytes.toByteArray();
    }

    private static long checksum() {
      CRC32 checksum = new CRC32();
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < BOMB_BYTES / zeros.length; i++) {
        checksum.update(zeros);
      }
      return checksum.getValue();
    }
  }

  static boolean is(byte[] content) {
    return content.length > 30
        && ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getInt(0) == SIGNATURE;
  }

  /** Returns the archive with one entry changed, renamed, missing, or replaced by a bomb. */
  static byte[] changed(byte[] archive, Random random, UnaryOperator<byte[]> change) {
    Map<String, byte[]> entries = entries(archive);
    if (entries.isEmpty()) {
      return archive;
    }
    String name = List.copyOf(entries.keySet()).get(random.nextInt(entries.size()));
    byte[] content = entries.getOrDefault(name, new byte[0]);
    @Nullable String bomb = null;
    switch (random.nextInt(16)) {
      case 0 -> entries.remove(name);
      case 1 -> {
        entries.remove(name);
        entries.put(name + "x", content);
      }
      case 2 -> bomb = name;
      default -> entries.put(name, change.apply(content));
    }
    return written(entries, bomb, random.nextBoolean());
  }

  private static Map<String, byte[]> entries(byte[] archive) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    ByteBuffer bytes = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
    try {
      int end = archive.length - 22;
      while (bytes.getInt(end) != END) {
        end--;
      }
      int at = bytes.getInt(end + 16);
      while (bytes.getInt(at) == LISTED && entries.size() < 1000) {
        int nameBytes = bytes.getShort(at + 28);
        String name = new String(archive, at + 46, nameBytes, StandardCharsets.UTF_8);
        int local = bytes.getInt(at + 42);
        int start = local + 30 + bytes.getShort(local + 26) + bytes.getShort(local + 28);
        int size = bytes.getInt(at + 20);
        if (size < 0 || start + size > archive.length) {
          return entries;
        }
        byte[] content = Arrays.copyOfRange(archive, start, start + size);
        boolean stored = bytes.getShort(at + 10) == 0;
        entries.put(name, stored ? content : inflated(content, bytes.getInt(at + 24)));
        at += 46 + nameBytes + bytes.getShort(at + 30) + bytes.getShort(at + 32);
      }
    } catch (IndexOutOfBoundsException
        | IllegalArgumentException
        | NegativeArraySizeException
        | DataFormatException e) {
      return entries; // What came before the damage is enough.
    }
    return entries;
  }

  private static byte[] inflated(byte[] content, int size) throws DataFormatException {
    byte[] result = new byte[Math.min(size, 1 << 20)];
    Inflater inflater = new Inflater(true);
    inflater.setInput(content);
    inflater.inflate(result);
    inflater.end();
    return result;
  }

  /** Writes an archive: stored entries, and the bomb in place of one of them. */
  private static byte[] written(
      Map<String, byte[]> entries, @Nullable String bomb, boolean honest) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    entries.forEach(
        (name, content) -> {
          boolean explodes = name.equals(bomb);
          byte[] stored = explodes ? Bomb.COMPRESSED : content;
          CRC32 checksum = new CRC32();
          checksum.update(content);
          byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
          ByteBuffer common = ByteBuffer.allocate(26).order(ByteOrder.LITTLE_ENDIAN);
          common.putShort((short) 20).putShort((short) 0);
          common.putShort((short) (explodes ? 8 : 0)).putInt(0);
          common.putInt((int) (explodes ? Bomb.CHECKSUM : checksum.getValue()));
          common.putInt(stored.length);
          common.putInt(explodes && honest ? BOMB_BYTES : content.length);
          common.putShort((short) encoded.length).putShort((short) 0);
          int header = bytes.size();
          bytes.writeBytes(number(SIGNATURE));
          bytes.writeBytes(common.array());
          bytes.writeBytes(encoded);
          bytes.writeBytes(stored);
          list.writeBytes(number(LISTED));
          list.writeBytes(new byte[] {20, 0});
          list.writeBytes(common.array());
          list.writeBytes(new byte[10]);
          list.writeBytes(number(header));
          list.writeBytes(encoded);
        });
    int start = bytes.size();
    bytes.writeBytes(list.toByteArray());
    ByteBuffer end = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN);
    end.putInt(END).putInt(0).putShort((short) entries.size()).putShort((short) entries.size());
    end.putInt(list.size()).putInt(start);
    bytes.writeBytes(end.array());
    return bytes.toByteArray();
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }
}
