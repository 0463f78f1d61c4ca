package dev.espalier.testkit.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Damages the content of a file as a broken disk, a failed download or an attacker would: flips
 * bits, cuts the end off, repeats ranges, writes wrong lengths, offsets and numbers, nests deeply,
 * names Python functions in pickles, and puts bombs into zip archives. The checksums of archives
 * and tables are corrected after the damage, so that it gets past them. The same number always
 * gives the same damage.
 */
public final class DamagedFile {
  private static final int DEEP = 100_000;

  /** A pickle that runs a command when Python loads it. */
  private static final byte[] COMMAND =
      "\u0080\u0002cos\nsystem\nX\u0004\u0000\u0000\u0000true\u0085R."
          .getBytes(StandardCharsets.ISO_8859_1);

  private static final List<String> NUMBERS =
      List.of(
          "-1",
          "0",
          "2147483648",
          "9223372036854775807",
          "1e999999",
          "NaN",
          "99999999999999999999");

  private DamagedFile() {}

  /**
   * Returns damaged content.
   *
   * @param number determines the damage
   */
  public static byte[] of(byte[] content, long number) {
    Random random = new Random(number);
    byte[] damaged = content.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes && damaged.length > 0; i++) {
      damaged = changed(damaged, random);
    }
    return random.nextInt(4) > 0 ? SortedTableChecksums.corrected(damaged) : damaged;
  }

  private static byte[] changed(byte[] content, Random random) {
    if (Archive.is(content) && random.nextInt(4) > 0) {
      return changedInside(content, random);
    }
    return plainlyChanged(content, random);
  }

  private static byte[] changedInside(byte[] content, Random random) {
    return Archive.changed(
        content, random, entry -> entry.length == 0 ? entry : plainlyChanged(entry, random));
  }

  private static byte[] plainlyChanged(byte[] content, Random random) {
    byte[] result = content.clone();
    int at = random.nextInt(result.length);
    switch (random.nextInt(11)) {
      case 0 -> result[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> result[at] = (byte) random.nextInt(256);
      case 2 -> {
        return Arrays.copyOf(result, at);
      }
      case 3 -> writeLength(result, at, random);
      case 4 -> swapAddress(result, at, random);
      case 5 -> {
        int length = Math.min(1 + random.nextInt(64), result.length - at);
        byte[] range = Arrays.copyOfRange(result, at, at + length);
        return spliced(result, at + length, at + length, range);
      }
      case 6 -> {
        int end = Math.min(at + 1 + random.nextInt(16), result.length);
        return spliced(result, at, end, new byte[0]);
      }
      case 7 -> {
        return numberReplaced(result, at, random);
      }
      case 8 -> {
        return nested(result, at, random);
      }
      case 9 -> {
        return isPickle(result) ? spliced(result, 0, result.length, COMMAND) : result;
      }
      default -> {
        // Near the start are headers, which matter more than the values after them.
        int start = random.nextInt(Math.min(result.length, 512));
        result[start] = (byte) random.nextInt(256);
      }
    }
    return result;
  }

  private static void writeLength(byte[] content, int at, Random random) {
    long[] lengths = {
      0,
      1,
      -1,
      Integer.MAX_VALUE,
      Integer.MIN_VALUE,
      Long.MAX_VALUE,
      1L << 32,
      1L << 40,
      content.length,
      content.length - 1L,
      random.nextLong(),
      random.nextInt(content.length)
    };
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(0, lengths[random.nextInt(lengths.length)]);
    int width = 1 << random.nextInt(4);
    int start = random.nextBoolean() ? at / width * width : at;
    int count = Math.min(width, content.length - start);
    System.arraycopy(bytes.array(), 0, content, start, count);
  }

  /** Writes one of the addresses in the file over another, which can make cycles. */
  private static void swapAddress(byte[] content, int at, Random random) {
    List<Integer> places = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int from = at / Long.BYTES * Long.BYTES;
    for (int i = 0; i + Long.BYTES <= content.length; i += Long.BYTES) {
      long value = bytes.getLong(i);
      if (value > 0 && value < content.length) {
        places.add(i);
      }
    }
    if (places.isEmpty()) {
      return;
    }
    int target = places.get(random.nextInt(places.size()));
    long value =
        random.nextBoolean() ? bytes.getLong(places.get(random.nextInt(places.size()))) : from;
    bytes.putLong(target, value);
  }

  private static byte[] numberReplaced(byte[] content, int from, Random random) {
    for (int i = from; i < Math.min(content.length, from + 4096); i++) {
      if (content[i] >= '0' && content[i] <= '9') {
        int end = i;
        while (end < content.length && content[end] >= '0' && content[end] <= '9') {
          end++;
        }
        String number = NUMBERS.get(random.nextInt(NUMBERS.size()));
        return spliced(content, i, end, number.getBytes(StandardCharsets.US_ASCII));
      }
    }
    return content;
  }

  private static byte[] nested(byte[] content, int at, Random random) {
    if (isPickle(content)) {
      byte[] lists = new byte[DEEP];
      Arrays.fill(lists, (byte) (random.nextBoolean() ? ']' : '('));
      byte[] appended = new byte[DEEP];
      Arrays.fill(appended, (byte) 'a');
      return spliced(
          spliced(content, 2, content.length, lists),
          2 + DEEP,
          2 + DEEP,
          spliced(appended, DEEP, DEEP, new byte[] {'.'}));
    }
    for (int i = at; i < content.length; i++) {
      if (content[i] == '[' || content[i] == '{') {
        byte[] opened = new byte[DEEP];
        Arrays.fill(opened, (byte) '[');
        return spliced(content, i, i, opened);
      }
    }
    return content;
  }

  private static boolean isPickle(byte[] content) {
    return content.length > 2 && content[0] == (byte) 0x80 && content[1] >= 2 && content[1] <= 5;
  }

  private static byte[] spliced(byte[] content, int from, int to, byte[] inserted) {
    byte[] result = new byte[content.length - (to - from) + inserted.length];
    System.arraycopy(content, 0, result, 0, from);
    System.arraycopy(inserted, 0, result, from, inserted.length);
    System.arraycopy(content, to, result, from + inserted.length, content.length - to);
    return result;
  }
}
