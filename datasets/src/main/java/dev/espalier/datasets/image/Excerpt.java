package dev.espalier.datasets.image;

import java.util.ArrayList;
import java.util.List;

/** A concatenation of ranges of a file. A builder; not thread-safe. */
final class Excerpt {
  private final byte[] file;
  private final List<Range> ranges = new ArrayList<>();

  Excerpt(byte[] file) {
    this.file = file;
  }

  /** A range of some bytes. */
  private static final class Range {
    final byte[] source;
    final int from;
    final int to;

    Range(byte[] source, int from, int to) {
      this.source = source;
      this.from = from;
      this.to = to;
    }
  }

  /** Appends a range of the file. */
  Excerpt keep(int from, int to) {
    int last = ranges.size() - 1;
    if (last >= 0 && ranges.get(last).source == file && ranges.get(last).to == from) {
      ranges.set(last, new Range(file, ranges.get(last).from, to));
    } else if (from < to) {
      ranges.add(new Range(file, from, to));
    }
    return this;
  }

  /** Appends bytes that are not in the file. */
  Excerpt add(byte... bytes) {
    ranges.add(new Range(bytes, 0, bytes.length));
    return this;
  }

  /** Returns the number of bytes. */
  int length() {
    return ranges.stream().mapToInt(range -> range.to - range.from).sum();
  }

  /** Returns the bytes; the file's own array if nothing was left out. */
  byte[] bytes() {
    if (ranges.size() == 1 && length() == file.length && ranges.get(0).source == file) {
      return file;
    }
    byte[] bytes = new byte[length()];
    int position = 0;
    for (Range range : ranges) {
      int length = range.to - range.from;
      System.arraycopy(range.source, range.from, bytes, position, length);
      position += length;
    }
    return bytes;
  }
}
