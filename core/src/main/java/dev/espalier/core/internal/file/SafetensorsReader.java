package dev.espalier.core.internal.file;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.StoredType;
import dev.espalier.model.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads safetensors files: eight bytes with the length of a JSON header, the header, the arrays.
 * Files are untrusted: every length and offset is checked against the file size before memory is
 * allocated, and the contents against a checksum in the metadata.
 */
public final class SafetensorsReader {
  /** The limit of the reference implementation; a larger header means damage or an attack. */
  static final int MAXIMUM_HEADER_BYTES = 100_000_000;

  static final String METADATA = "__metadata__";
  private static final int LENGTH_BYTES = Long.BYTES;
  private static final int MAXIMUM_RANK = 16;

  /** Above this, several threads read and check the arrays, which do not depend on each other. */
  private static final long PARALLEL_BYTES = 16L << 20;

  private static final int MAXIMUM_ARRAY_BYTES = Integer.MAX_VALUE - 64;
  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");

  private SafetensorsReader() {}

  /**
   * Reads a file into memory, so that it can be replaced afterwards.
   *
   * @return the arrays in the order of the header, with the metadata except the checksum
   * @throws EspalierException {@link ErrorCode#FILE_NOT_READABLE}, or {@link
   *     ErrorCode#INVALID_WEIGHT_FILE} naming the damaged place
   */
  public static Weights read(Path file) {
    return read(new FileProblems(file));
  }

  /**
   * Maps a file without a checksum into memory: float32 arrays view the file instead of copying it,
   * so it must not be changed in place while they are used. Other files are read.
   *
   * @throws EspalierException as {@link #read(Path)}
   */
  static Weights map(Path file) {
    return read(new FileProblems(file), true);
  }

  static Weights read(FileProblems problems) {
    return read(problems, false);
  }

  private static Weights read(FileProblems problems, boolean viewed) {
    Path file = problems.file();
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      boolean needed = false;
      try {
        Header header = header(problems, channel);
        // Who must read everything to compare it can as well keep it.
        needed = viewed && !ContentChecksum.isIn(header.metadata());
        return weights(problems, channel, header, needed);
      } finally {
        if (!needed) {
          channel.close();
        }
      }
    } catch (IOException e) {
      throw notReadable(file, e);
    } catch (UncheckedIOException e) {
      throw notReadable(file, Objects.requireNonNull(e.getCause()));
    }
  }

  static EspalierException notReadable(Path file, IOException cause) {
    return new EspalierException(
        ErrorCode.FILE_NOT_READABLE,
        "The file " + file + " cannot be read: " + FailureReason.of(cause) + ".",
        "Check the path and its permissions.",
        cause);
  }

  /**
   * What a file says about its arrays.
   *
   * @param start of the arrays' bytes
   * @param length of all arrays' bytes together
   */
  private record Header(
      List<SafetensorsEntry> entries, Map<String, String> metadata, long start, long length) {}

  private static Header header(FileProblems problems, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < LENGTH_BYTES + 2) {
      throw problems.at("the start", "it is only " + size + " bytes long");
    }
    long headerLength = bytes(problems, channel, 0, LENGTH_BYTES, "the length").getLong();
    if (headerLength < 2 || headerLength > MAXIMUM_HEADER_BYTES) {
      throw problems.at(
          "bytes 0 to 7",
          "the header would be "
              + Long.toUnsignedString(headerLength)
              + " bytes long, so this is not a safetensors file");
    }
    if (headerLength > size - LENGTH_BYTES) {
      throw problems.at(
          "bytes 0 to 7",
          "the header would be " + headerLength + " bytes long, but the file ends after " + size);
    }
    ByteBuffer headerBytes =
        bytes(problems, channel, LENGTH_BYTES, (int) headerLength, "the header");
    JsonObject header =
        Json.parseObject(
            problems, "the header", StandardCharsets.UTF_8.decode(headerBytes).toString());

    long dataStart = LENGTH_BYTES + headerLength;
    List<SafetensorsEntry> entries = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> element : header.entrySet()) {
      if (element.getKey().equals(METADATA)) {
        metadata.putAll(metadata(problems, element.getValue()));
      } else {
        entries.add(entry(problems, element.getKey(), element.getValue(), size - dataStart));
      }
    }
    requireGapless(problems, entries, size - dataStart);
    return new Header(entries, metadata, dataStart, size - dataStart);
  }

  private static Weights weights(
      FileProblems problems, FileChannel channel, Header header, boolean mapped)
      throws IOException {
    boolean checked = ContentChecksum.isIn(header.metadata());
    SafetensorsData data =
        mapped
            ? new MappedData(problems, channel, header.start(), header.length())
            : new CopiedData(problems, channel, header.start(), header.length());
    ContentChecksum checksum = new ContentChecksum();
    boolean large = header.length() >= PARALLEL_BYTES;
    List<SafetensorsEntry> entries = header.entries();
    List<HostArray> values =
        (large ? entries.parallelStream() : entries.stream())
            .map(entry -> array(problems, data, entry, checked ? checksum : null))
            .toList();
    Map<String, HostArray> arrays = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      arrays.put(entries.get(i).name(), values.get(i));
    }
    return Weights.of(arrays).withMetadata(checksum.check(problems, header.metadata()));
  }

  private static HostArray array(
      FileProblems problems,
      SafetensorsData data,
      SafetensorsEntry entry,
      @Nullable ContentChecksum checksum) {
    ContentChecksum.Array content =
        checksum == null ? null : checksum.array(entry.name(), entry.type(), entry.shape());
    try {
      HostArray array = data.array(entry, content);
      if (content != null) {
        content.end();
      }
      return array;
    } catch (ArithmeticException e) {
      throw problems.at(entry.place(), "a 64-bit number does not fit in 32 bits");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> metadata(FileProblems problems, JsonElement element) {
    if (!element.isJsonObject()) {
      throw problems.at("the metadata", "it is not an object");
    }
    Map<String, String> result = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> entry : element.getAsJsonObject().entrySet()) {
      if (!Json.isString(entry.getValue())) {
        throw problems.at("the metadata \"" + entry.getKey() + "\"", "it is not a string");
      }
      result.put(entry.getKey(), entry.getValue().getAsString());
    }
    return result;
  }

  private static SafetensorsEntry entry(
      FileProblems problems, String name, JsonElement element, long dataBytes) {
    String place = SafetensorsEntry.place(name);
    if (!element.isJsonObject()) {
      throw problems.at(place, "its entry in the header is not an object");
    }
    JsonObject fields = element.getAsJsonObject();
    JsonElement typeName = fields.get("dtype");
    if (typeName == null || !Json.isString(typeName)) {
      throw problems.at(place, "it has no dtype");
    }
    StoredType type = StoredType.named(typeName.getAsString());
    if (type == null) {
      throw problems.at(
          place, "its dtype " + typeName + " is not one of " + List.of(StoredType.values()));
    }
    List<Long> sizes = numbers(problems, place, "shape", fields.get("shape"));
    List<Long> offsets = numbers(problems, place, "data_offsets", fields.get("data_offsets"));
    if (sizes.size() > MAXIMUM_RANK) {
      throw problems.at(place, "its shape has " + sizes.size() + " axes");
    }
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1) || offsets.get(1) > dataBytes) {
      throw problems.at(
          place,
          "its bytes "
              + offsets
              + " do not lie in the "
              + dataBytes
              + " bytes after the header; the file may be cut off");
    }
    long count = 1;
    int[] shape = new int[sizes.size()];
    try {
      for (int i = 0; i < shape.length; i++) {
        shape[i] = Math.toIntExact(sizes.get(i));
        count = Math.multiplyExact(count, sizes.get(i));
      }
      count = Math.multiplyExact(count, (long) type.bytes());
    } catch (ArithmeticException e) {
      throw problems.at(place, "its shape " + sizes + " is too large");
    }
    long byteCount = offsets.get(1) - offsets.get(0);
    if (count != byteCount) {
      throw problems.at(
          place, "its shape " + sizes + " takes " + count + " bytes, but it has " + byteCount);
    }
    if (byteCount > MAXIMUM_ARRAY_BYTES) {
      throw problems.at(place, "it has " + byteCount + " bytes, and the limit is 2 GB an array");
    }
    return new SafetensorsEntry(name, type, Shape.of(shape), offsets.get(0), offsets.get(1));
  }

  private static List<Long> numbers(
      FileProblems problems, String place, String field, JsonElement element) {
    if (element == null || !element.isJsonArray()) {
      throw problems.at(place, "it has no " + field);
    }
    List<Long> result = new ArrayList<>();
    for (JsonElement number : element.getAsJsonArray()) {
      // Checked as text, because a number such as 1e999999999 must not be expanded.
      if (!Json.isNumber(number) || !NUMBER.matcher(number.getAsString()).matches()) {
        throw problems.at(place, "its " + field + " is not a list of whole numbers");
      }
      result.add(Long.valueOf(number.getAsString()));
    }
    return result;
  }

  /**
   * The arrays must fill the file without gaps and overlaps, so that no bytes are hidden or shared.
   */
  private static void requireGapless(
      FileProblems problems, List<SafetensorsEntry> entries, long dataBytes) {
    List<SafetensorsEntry> ordered =
        entries.stream()
            .sorted(
                Comparator.comparingLong(SafetensorsEntry::begin)
                    .thenComparingLong(SafetensorsEntry::end))
            .toList();
    long end = 0;
    for (SafetensorsEntry entry : ordered) {
      if (entry.begin() != end) {
        throw problems.at(
            SafetensorsEntry.place(entry.name()),
            "it starts at byte "
                + entry.begin()
                + " after the header, but the one before ends at "
                + end);
      }
      end = entry.end();
    }
    if (end != dataBytes) {
      throw problems.at(
          "the end", "the arrays end " + end + " bytes after the header, the file " + dataBytes);
    }
  }

  static ByteBuffer bytes(
      FileProblems problems, FileChannel channel, long position, int length, String place)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    fill(problems, channel, position, buffer, place);
    return buffer;
  }

  /** Fills a buffer from its position to its limit, and flips it. */
  static void fill(
      FileProblems problems, FileChannel channel, long position, ByteBuffer buffer, String place)
      throws IOException {
    long start = position - buffer.position();
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, start + buffer.position()) < 0) {
        throw problems.at(place, "the file ended while it was read");
      }
    }
    buffer.flip();
  }
}
