package dev.espalier.datasets.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import javax.imageio.IIOException;
import org.jspecify.annotations.Nullable;

/** The directory of a TIFF file's first page, limited to what determines the pixels. */
final class TiffDirectory {
  static final int WIDTH = 256;
  static final int HEIGHT = 257;
  static final int BITS = 258;
  static final int COMPRESSION = 259;
  static final int PHOTOMETRIC = 262;
  static final int STRIP_OFFSETS = 273;
  static final int SAMPLES = 277;
  static final int STRIP_BYTES = 279;
  static final int TILE_WIDTH = 322;
  static final int TILE_HEIGHT = 323;
  static final int TILE_OFFSETS = 324;
  static final int TILE_BYTES = 325;
  static final int EXTRA_SAMPLES = 338;
  static final int SAMPLE_FORMAT = 339;
  private static final int OLD_JPEG_OFFSET = 513;
  private static final int OLD_JPEG = 6;
  private static final int JPEG = 7;

  /** The tags above and those of compression; no profiles, comments or other pages. */
  private static final Set<Integer> OF_PIXELS =
      Set.of(
          WIDTH,
          HEIGHT,
          BITS,
          COMPRESSION,
          PHOTOMETRIC,
          266,
          STRIP_OFFSETS,
          SAMPLES,
          278,
          STRIP_BYTES,
          284,
          292,
          293,
          317,
          320,
          TILE_WIDTH,
          TILE_HEIGHT,
          TILE_OFFSETS,
          TILE_BYTES,
          332,
          334,
          EXTRA_SAMPLES,
          SAMPLE_FORMAT,
          347,
          512,
          OLD_JPEG_OFFSET,
          514,
          515,
          517,
          518,
          519,
          520,
          521,
          529,
          530,
          531,
          532);

  /** Size of a value in bytes, by type code. */
  private static final int[] TYPE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};

  private final byte[] bytes;
  private final ByteBuffer file;
  private final boolean big;
  private final Map<Integer, Entry> entries = new TreeMap<>();

  /**
   * The values of a tag.
   *
   * @param at position of the entry
   * @param type type code
   * @param count number of values
   * @param values position of the values
   */
  private record Entry(int at, int type, int count, int values) {}

  private TiffDirectory(byte[] bytes) throws IIOException {
    this.bytes = bytes;
    this.file =
        ByteBuffer.wrap(bytes)
            .order(bytes[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    this.big = file.getShort(2) == 43;
    int position = position(offset(pointer()));
    long count = big ? file.getLong(position) : file.getShort(position) & 0xffff;
    int first = position + (big ? 8 : 2);
    if (count < 0 || count > (bytes.length - first) / entryBytes()) {
      throw damaged();
    }
    for (int i = 0; i < count; i++) {
      int at = first + i * entryBytes();
      int tag = file.getShort(at) & 0xffff;
      if (OF_PIXELS.contains(tag) && !entries.containsKey(tag)) {
        entries.put(tag, entry(at));
      }
    }
  }

  /**
   * Returns the first directory of a file.
   *
   * @throws IIOException if it is missing or damaged
   */
  static TiffDirectory of(byte[] bytes) throws IIOException {
    try {
      return new TiffDirectory(bytes);
    } catch (IndexOutOfBoundsException e) {
      throw damaged(e);
    }
  }

  private Entry entry(int at) throws IIOException {
    int type = file.getShort(at + 2);
    int size = type > 0 && type < TYPE_BYTES.length ? TYPE_BYTES[type] : 0;
    long count = big ? file.getLong(at + 4) : file.getInt(at + 4) & 0xffffffffL;
    if (size == 0 || count < 0 || count > bytes.length / size) {
      throw damaged();
    }
    int room = big ? 8 : 4;
    int inside = at + entryBytes() - room;
    long values = count * size <= room ? inside : offset(inside);
    if (values < 0 || values + count * size > bytes.length) {
      throw damaged();
    }
    return new Entry(at, type, (int) count, (int) values);
  }

  /** Returns the position of the directory, as stated in the header. */
  private int pointer() {
    return big ? 8 : 4;
  }

  private int entryBytes() {
    return big ? 20 : 12;
  }

  private long offset(int at) {
    return big ? file.getLong(at) : file.getInt(at) & 0xffffffffL;
  }

  private int position(long offset) throws IIOException {
    if (offset < 0 || offset > bytes.length - 8) {
      throw damaged();
    }
    return (int) offset;
  }

  private static IIOException damaged() {
    return damaged(null);
  }

  private static IIOException damaged(@Nullable Throwable cause) {
    return new IIOException("its directory of pages is missing or damaged", cause);
  }

  /** Returns whether a tag is present. */
  boolean has(int tag) {
    return entries.containsKey(tag);
  }

  /** Returns the integers of a tag; empty if it is missing. */
  long[] values(int tag) {
    Entry entry = entries.get(tag);
    if (entry == null) {
      return new long[0];
    }
    int size = TYPE_BYTES[entry.type()];
    return LongStream.range(0, entry.count())
        .map(
            i -> {
              int at = entry.values() + (int) i * size;
              return switch (size) {
                case 1 -> file.get(at) & 0xff;
                case 2 -> file.getShort(at) & 0xffff;
                case 4 -> file.getInt(at) & 0xffffffffL;
                default -> file.getLong(at);
              };
            })
        .toArray();
  }

  /** Returns the first integer of a tag, or {@code otherwise} if it is missing. */
  long value(int tag, long otherwise) {
    Entry entry = entries.get(tag);
    return entry == null || entry.count() == 0 ? otherwise : values(tag)[0];
  }

  /** Returns whether the pixels are JPEG-compressed. */
  boolean holdsJpeg() {
    long compression = value(COMPRESSION, 1);
    return compression == OLD_JPEG || compression == JPEG;
  }

  /** Returns whether the JPEG data of each strip or tile is complete. */
  boolean jpegsHaveEnds() throws IIOException {
    return value(COMPRESSION, 1) != JPEG || jpegs().stream().allMatch(JpegSegments::ended);
  }

  /** Returns a file with only this page and nothing else that a reader would read. */
  byte[] alone() {
    int start = bytes.length + (bytes.length & 1);
    int header = big ? 8 : 2;
    int end = start + header + entries.size() * entryBytes();
    byte[] page = Arrays.copyOf(bytes, end + pointer());
    ByteBuffer target = ByteBuffer.wrap(page).order(file.order());
    if (big) {
      target.putLong(pointer(), start).putLong(start, entries.size());
    } else {
      target.putInt(pointer(), start).putShort(start, (short) entries.size());
    }
    int position = start + header;
    for (Entry entry : entries.values()) {
      System.arraycopy(bytes, entry.at(), page, position, entryBytes());
      position += entryBytes();
    }
    return page;
  }

  /** Returns the pixels of all tiles, including those beyond the edges of the page. */
  long paddedPixels() {
    long width = value(WIDTH, 0);
    long height = value(HEIGHT, 0);
    long across = Math.max(1, value(TILE_WIDTH, width));
    long down = Math.max(1, value(TILE_HEIGHT, height));
    double columns = Math.ceil((double) width / across) * across;
    return (long) (columns * Math.ceil((double) height / down) * down);
  }

  /**
   * Returns the JPEG data of strips or tiles; empty with another compression.
   *
   * @throws IIOException if they overlap
   */
  List<JpegSegments> jpegs() throws IIOException {
    List<JpegSegments> found = new ArrayList<>();
    if (!holdsJpeg()) {
      return found;
    }
    if (has(OLD_JPEG_OFFSET)) {
      addJpeg(value(OLD_JPEG_OFFSET, 0), bytes.length, found);
    }
    boolean tiled = has(TILE_OFFSETS);
    long[] offsets = values(tiled ? TILE_OFFSETS : STRIP_OFFSETS);
    long[] lengths = values(tiled ? TILE_BYTES : STRIP_BYTES);
    long total = 0;
    for (int i = 0; i < offsets.length; i++) {
      long length = i < lengths.length ? lengths[i] : bytes.length;
      total += Math.min(length, bytes.length);
      if (total > 2L * bytes.length) {
        throw new IIOException("its strips or tiles overlap");
      }
      addJpeg(offsets[i], length, found);
    }
    return found;
  }

  private void addJpeg(long offset, long length, List<JpegSegments> found) {
    if (offset < bytes.length) {
      int end = (int) Math.min(bytes.length, offset + Math.min(length, bytes.length));
      found.add(JpegSegments.of(Arrays.copyOfRange(bytes, (int) offset, end)));
    }
  }
}
