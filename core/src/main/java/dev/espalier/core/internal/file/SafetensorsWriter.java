package dev.espalier.core.internal.file;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.model.StoredType;
import dev.espalier.model.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes safetensors files with a checksum; equal weights produce identical bytes. */
public final class SafetensorsWriter {
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();
  private static final int ALIGNMENT = 8;
  private static final int CHUNK_BYTES = 1 << 20;

  private SafetensorsWriter() {}

  /**
   * Writes weights and their metadata atomically.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE}; an existing file is unchanged
   */
  public static void write(Path file, Weights weights) {
    write(file, null, weights);
  }

  /**
   * Writes weights and their metadata atomically.
   *
   * @param previous where to keep the file that is replaced, or null
   */
  static void write(Path file, @Nullable Path previous, Weights weights) {
    // Sorting by descending element size aligns every array to its element size, which readers that
    // map the file into memory require. The sort is stable, so the order is otherwise that of the
    // weights.
    List<Map.Entry<String, HostArray>> arrays =
        weights.asMap().entrySet().stream()
            .sorted(Comparator.comparingInt(entry -> -entry.getValue().dataType().bytes()))
            .toList();
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ContentChecksum checksum = new ContentChecksum();
    for (Map.Entry<String, HostArray> entry : arrays) {
      add(checksum, chunk, entry.getKey(), entry.getValue());
    }
    ByteBuffer header = header(checksum.addTo(weights.metadata()), arrays);
    AtomicFile.write(
        file,
        previous,
        channel -> {
          writeFully(channel, header);
          for (Map.Entry<String, HostArray> entry : arrays) {
            HostArray array = entry.getValue();
            for (int from = 0; from < array.elementCount(); ) {
              from = fill(chunk, array, from);
              writeFully(channel, chunk);
            }
          }
        });
  }

  private static void add(
      ContentChecksum checksum, ByteBuffer chunk, String name, HostArray array) {
    ContentChecksum.Array content =
        checksum.array(name, StoredType.of(array.dataType()), array.shape());
    for (int from = 0; from < array.elementCount(); ) {
      from = fill(chunk, array, from);
      content.bytes(chunk);
    }
    content.end();
  }

  private static ByteBuffer header(
      Map<String, String> metadata, List<Map.Entry<String, HostArray>> arrays) {
    JsonObject header = new JsonObject();
    if (!metadata.isEmpty()) {
      JsonObject strings = new JsonObject();
      metadata.forEach(strings::addProperty);
      header.add(SafetensorsReader.METADATA, strings);
    }
    long offset = 0;
    for (Map.Entry<String, HostArray> entry : arrays) {
      if (entry.getKey().equals(SafetensorsReader.METADATA)) {
        throw new EspalierException(
            ErrorCode.INVALID_ARGUMENT,
            "An array cannot be named " + SafetensorsReader.METADATA + ".",
            "The file format reserves that name.");
      }
      HostArray array = entry.getValue();
      long end = offset + (long) array.elementCount() * array.dataType().bytes();
      JsonArray shape = new JsonArray();
      array.shape().sizes().forEach(shape::add);
      JsonArray offsets = new JsonArray();
      offsets.add(offset);
      offsets.add(end);
      JsonObject fields = new JsonObject();
      fields.addProperty("dtype", StoredType.of(array.dataType()).name());
      fields.add("shape", shape);
      fields.add("data_offsets", offsets);
      header.add(entry.getKey(), fields);
      offset = end;
    }
    byte[] text = GSON.toJson(header).getBytes(StandardCharsets.UTF_8);
    int padded = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (padded > SafetensorsReader.MAXIMUM_HEADER_BYTES) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The names and the configuration take " + padded + " bytes.",
          "The file format allows " + SafetensorsReader.MAXIMUM_HEADER_BYTES + ".");
    }
    ByteBuffer buffer =
        ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN).putLong(padded);
    buffer.put(text);
    while (buffer.hasRemaining()) {
      buffer.put((byte) ' ');
    }
    return buffer.flip();
  }

  /**
   * Fills a chunk with elements starting at {@code from}, and returns the index after the last one.
   */
  private static int fill(ByteBuffer chunk, HostArray array, int from) {
    int size = array.dataType().bytes();
    int count = Math.min(CHUNK_BYTES / size, array.elementCount() - from);
    chunk.clear().limit(count * size);
    switch (array.dataType()) {
      case FLOAT32 -> chunk.asFloatBuffer().put(array.floats().slice(from, count));
      case INT32 -> chunk.asIntBuffer().put(array.ints().slice(from, count));
      case UINT8, BOOL -> chunk.duplicate().put(array.bytes().slice(from, count));
      case BFLOAT16, FLOAT16 -> throw array.dataType().onlyInPrograms();
    }
    return from + count;
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
