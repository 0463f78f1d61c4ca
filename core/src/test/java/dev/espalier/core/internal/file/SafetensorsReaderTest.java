package dev.espalier.core.internal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import dev.espalier.model.Weights;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsReaderTest {
  @TempDir Path folder;

  @Test
  void everyTypeComesBackWithItsBits() throws IOException {
    Map<String, HostArray> arrays = new LinkedHashMap<>();
    arrays.put("bytes", HostArray.wrapBytes(Shape.of(3), (byte) 1, (byte) -1, (byte) 127));
    arrays.put("a/kernel", HostArray.wrap(Shape.of(2, 2), 1f, -0f, Float.NaN, Float.MIN_VALUE));
    arrays.put("flags", HostArray.wrapBooleans(Shape.of(2), (byte) 1, (byte) 0));
    arrays.put("count", HostArray.scalar(Integer.MIN_VALUE));
    arrays.put("nothing", HostArray.wrap(Shape.of(0, 5)));
    Weights weights = Weights.of(arrays).withMetadata(Map.of("a", "b", "ü", "\"<&\u2028"));
    Path file = folder.resolve("all.safetensors");
    SafetensorsWriter.write(file, weights);
    for (Weights read :
        List.of(SafetensorsReader.read(file), SafetensorsReader.map(withoutChecksum(file)))) {
      assertThat(read).isEqualTo(weights);
      assertThat(read.metadata()).isEqualTo(weights.metadata());
    }
  }

  @Test
  void largeArraysAreWrittenInPieces() throws IOException {
    float[] values = new float[700_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Weights weights = Weights.of(Map.of("x", HostArray.wrap(Shape.of(values.length), values)));
    Path file = folder.resolve("large.safetensors");
    SafetensorsWriter.write(file, weights);
    assertThat(SafetensorsReader.read(file)).isEqualTo(weights);
    Weights mapped = SafetensorsReader.map(withoutChecksum(file));
    assertThat(mapped).isEqualTo(weights);
    assertThat(mapped.get("x").floats().isDirect()).isTrue();

    HostArray array = mapped.get("x");
    float[] part = new float[300_002];
    array.copyTo(FloatBuffer.wrap(part, 1, 300_000), 1234);
    for (int i = 0; i < 300_000; i++) {
      assertThat(part[1 + i]).isEqualTo(1234 + i);
    }
    assertThat(part[0]).isZero();
    assertThat(part[300_001]).isZero();
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> array.copyTo(FloatBuffer.wrap(part), 400_001));
  }

  @Test
  void anInterruptDoesNotTakeMappedArraysFromOtherThreads() throws IOException {
    Weights weights =
        Weights.of(Map.of("x", HostArray.wrap(Shape.of(4), 1, 2, 3, 4), "y", HostArray.scalar(5f)));
    Path file = folder.resolve("interrupted.safetensors");
    SafetensorsWriter.write(file, weights);
    Weights mapped = SafetensorsReader.map(withoutChecksum(file));
    assertThat(mapped.get("x").toFloats()).containsExactly(1, 2, 3, 4);
    assertThat(mapped.get("y").toFloats()).containsExactly(5);
    Thread.currentThread().interrupt();
    float[] read = mapped.get("x").toFloats();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(read).containsExactly(1, 2, 3, 4);
    assertThat(mapped.get("x").toFloats()).containsExactly(1, 2, 3, 4);
    assertThat(mapped.get("y").toFloats()).containsExactly(5);
  }

  @Test
  void arraysOfLargeFilesAreReadAndCheckedTogether() throws IOException {
    Map<String, HostArray> arrays = new LinkedHashMap<>();
    for (int i = 0; i < 9; i++) {
      float[] values = new float[(1 << 19) + i];
      for (int j = 0; j < values.length; j++) {
        values[j] = i * 1000 + j % 1000;
      }
      arrays.put("array" + i, HostArray.wrap(Shape.of(values.length), values));
    }
    Path file = folder.resolve("many.safetensors");
    SafetensorsWriter.write(file, Weights.of(arrays).withMetadata(Map.of("a", "b")));
    Weights read = SafetensorsReader.read(file);
    assertThat(read.asMap()).containsExactlyEntriesOf(arrays);
    assertThat(read.metadata()).containsExactly(Map.entry("a", "b"));
    try (RandomAccessFile writing = new RandomAccessFile(file.toFile(), "rw")) {
      writing.seek(writing.length() - 3);
      writing.write(1);
    }
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> SafetensorsReader.read(file))
        .withMessageContaining("its checksum is")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_WEIGHT_FILE));
  }

  @Test
  void largeFilesAreMappedAndStayReadableWhenTheyAreReplaced() throws IOException {
    Weights weights = Weights.of(Map.of("x", HostArray.filled(TensorType.float32(1 << 22), 0.5)));
    Path file = folder.resolve("large.safetensors");
    SafetensorsWriter.write(file, weights);
    assertThat(new SafetensorsFormat().read(file).get("x").floats().isDirect())
        .as("a file with a checksum is copied")
        .isFalse();
    Weights read = new SafetensorsFormat().read(withoutChecksum(file));
    assertThat(read.get("x").floats().isDirect()).isTrue();
    Weights others = Weights.of(Map.of("x", HostArray.scalar(1f)));
    SafetensorsWriter.write(file, others);
    assertThat(read).isEqualTo(weights);
    Weights small = new SafetensorsFormat().read(file);
    assertThat(small).isEqualTo(others);
    assertThat(small.get("x").floats().isDirect()).as("small files are copied").isFalse();
  }

  @Test
  void aChecksumIsComparedInBothWays() throws IOException {
    Path file = folder.resolve("damaged.safetensors");
    SafetensorsWriter.write(file, Weights.of(Map.of("x", HostArray.wrap(Shape.of(2), 1, 2))));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertInvalid(file, "its checksum is crc32c-");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> SafetensorsReader.map(file))
        .withMessageContaining("its checksum is crc32c-");
  }

  @Test
  void typesOfOtherProgramsBecomeOurs() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(8 + 8 + 8 + 4).order(ByteOrder.LITTLE_ENDIAN);
    data.putDouble(0.5).putLong(-3).putShort((short) 0x3c00).putShort((short) 0xc000);
    data.putShort((short) 0x0001).putShort((short) 0xfc00);
    data.putShort((short) 0x3f80).putShort((short) 0xc040);
    Path file =
        write(
            "{\"d\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},"
                + "\"l\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[8,16]},"
                + "\"h\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[16,24]},"
                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[24,28]}}",
            data.array());
    Weights read = SafetensorsReader.read(file);
    assertThat(read.get("d").toFloats()).containsExactly(0.5f);
    assertThat(read.get("l").toInts()).containsExactly(-3);
    assertThat(read.get("h").toFloats())
        .containsExactly(1f, -2f, 0x1p-24f, Float.NEGATIVE_INFINITY);
    assertThat(read.get("b").toFloats()).containsExactly(1f, -3f);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          []                                                                            | not an object
          {"a":3}                                                                       | array "a"
          {"a":{"dtype":"F32","shape":[2]}}                                             | no data_offsets
          {"a":{"shape":[2],"data_offsets":[0,8]}}                                      | no dtype
          {"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}                        | F33
          {"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}                        | takes 12 bytes
          {"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}                       | whole numbers
          {"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}                      | whole numbers
          {"a":{"dtype":"F32","shape":[1e999999999],"data_offsets":[0,8]}}              | whole numbers
          {"a":{"dtype":"F32","shape":[99999999999],"data_offsets":[0,8]}}              | too large
          {"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,8]}} | too large
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}                        | do not lie in
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,800]}}                      | cut off
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}                        | the end
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}                        | starts at byte 4
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[1],"data_offsets":[7,8]}} | starts at byte 7
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"__metadata__":[]}      | metadata
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"__metadata__":{"x":1}} | metadata "x"
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} more                   | JSON
          {'a':{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}                        | JSON
          """,
      quoteCharacter = '§')
  void aHeaderThatLiesIsRefusedWithThePlace(String header, String said) throws IOException {
    Path file = write(header, new byte[8]);
    assertInvalid(file, said);
  }

  @Test
  void deepJsonIsRefused() throws IOException {
    assertInvalid(write("{\"a\":" + "[".repeat(100_000), new byte[0]), "not JSON");
  }

  /** The limit of the format; a header of zeros would be read, and be no JSON. */
  @Test
  void aHeaderOfMoreThanAHundredMegabytesIsRefusedAlthoughTheFileIsAsLong() throws IOException {
    Path file = folder.resolve("sparse");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(100_000_100);
      sparse.write(new byte[] {0x01, (byte) 0xe1, (byte) 0xf5, 0x05, 0, 0, 0, 0});
    }
    assertInvalid(file, "the header would be 100000001 bytes long, so this is not a safetensors");
  }

  @Test
  void aLengthBeyondTheFileIsRefusedBeforeAnythingIsAllocated() throws IOException {
    for (long length : new long[] {-1, Long.MIN_VALUE, 0, 1, 200_000_000L, 90_000_000L}) {
      ByteBuffer bytes = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      Path file = Files.write(folder.resolve("length"), bytes.array());
      assertInvalid(file, "bytes 0 to 7");
    }
  }

  @Test
  void aFileCutOffAnywhereIsRefused() throws IOException {
    Path file = folder.resolve("whole.safetensors");
    SafetensorsWriter.write(file, Weights.of(Map.of("x", HostArray.wrap(Shape.of(3), 1, 2, 3))));
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length));
      assertInvalid(cut, "cut");
    }
    assertInvalid(
        Files.write(folder.resolve("longer"), Arrays.copyOf(whole, whole.length + 1)), "the end");
  }

  @Test
  void anArrayOfMoreThanTwoGigabytesIsRefusedClearly() throws IOException {
    long bytes = 2_200_000_000L;
    byte[] header =
        ("{\"a\":{\"dtype\":\"U8\",\"shape\":[2200,1000000],\"data_offsets\":[0," + bytes + "]}}")
            .getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("sparse");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
      sparse.write(header);
      sparse.setLength(8 + header.length + bytes);
    }
    assertInvalid(file, "the limit is 2 GB");
  }

  @Test
  void aMissingFileIsNotCalledDamaged() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> SafetensorsReader.read(folder.resolve("none")))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_READABLE));
  }

  /** A file of another program has no checksum and is read as ever. */
  @Test
  void aChecksumIsWrittenAndIsNotAmongTheMetadata() throws IOException {
    Path file = folder.resolve("sum.safetensors");
    Weights weights =
        Weights.of(Map.of("x", HostArray.wrap(Shape.of(3), 1, 2, 3)))
            .withMetadata(Map.of("note", "mine"));
    SafetensorsWriter.write(file, weights);
    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).contains("espalier.checksum");
    assertThat(SafetensorsReader.read(file)).isEqualTo(weights);
    assertThat(SafetensorsReader.read(file).metadata()).isEqualTo(Map.of("note", "mine"));
  }

  /** What reads and writes the whole content in another order keeps a checksum that is right. */
  @Test
  void theOrderOfTheHeaderDoesNotCount() throws IOException {
    Path file = folder.resolve("sum.safetensors");
    HostArray one = HostArray.wrap(Shape.of(1), 1);
    HostArray two = HostArray.wrap(Shape.of(1), 2);
    Map<String, HostArray> arrays = new LinkedHashMap<>();
    arrays.put("a", one);
    arrays.put("b", two);
    SafetensorsWriter.write(file, Weights.of(arrays));
    String checksum =
        Files.readString(file, StandardCharsets.ISO_8859_1)
            .replaceFirst("(?s).*(crc32c-[0-9a-f]{8}).*", "$1");
    byte[] data =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(2).putFloat(1).array();
    String header =
        "{\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}, "
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}, "
            + "\"__metadata__\": {\"espalier.checksum\": \""
            + checksum
            + "\"}}";
    assertThat(SafetensorsReader.read(write(header, data)).asMap())
        .containsEntry("a", one)
        .containsEntry("b", two);
    String swapped = header.replace("\"a\"", "\"c\"").replace("\"b\"", "\"a\"");
    assertInvalid(write(swapped.replace("\"c\"", "\"b\""), data), "its checksum is crc32c-");
  }

  @Test
  void anInterruptKeepsNoFileFromBeingWritten() {
    Path file = folder.resolve("kept");
    Thread.currentThread().interrupt();
    AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(new byte[] {'a'})));
    assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
    assertThat(file).hasContent("a");

    boolean[] interrupted = new boolean[1];
    AtomicFile.write(
        file,
        channel -> {
          channel.write(ByteBuffer.wrap(new byte[] {'b'}));
          if (!interrupted[0]) {
            interrupted[0] = true;
            Thread.currentThread().interrupt();
          }
          channel.write(ByteBuffer.wrap(new byte[] {'c'}));
        });
    assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
    assertThat(file).hasContent("bc");
    assertThat(folder.toFile().list()).containsExactly("kept");
  }

  /** Changes a file to one as other programs write it. */
  private static Path withoutChecksum(Path file) throws IOException {
    String content = Files.readString(file, StandardCharsets.ISO_8859_1);
    Matcher matcher =
        Pattern.compile(",?\"espalier\\.checksum\":\"crc32c-[0-9a-f]{8}\"").matcher(content);
    assertThat(matcher.find()).isTrue();
    String changed = matcher.replaceFirst(" ".repeat(matcher.group().length()));
    return Files.writeString(file, changed, StandardCharsets.ISO_8859_1);
  }

  private Path write(String header, byte[] data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(text.length).put(text).put(data);
    return Files.write(folder.resolve("crafted.safetensors"), bytes.array());
  }

  private static void assertInvalid(Path file, String said) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> SafetensorsReader.read(file))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
              assertThat(e.problem()).contains(file.toString()).contains(said);
            });
  }
}
