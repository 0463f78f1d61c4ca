package dev.espalier.core.internal.file;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
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

/** Writes safetensors files; equal weights give equal bytes. */
public final class SafetensorsWriter {
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();
  private static final int ALIGNMENT = 8;
  private static final int CHUNK_BYTES = 1 << 20;

  private SafetensorsWriter() {}

  /**
   * Writes weights and their metadata, atomically.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE}; the old file is as it was
   */
  public static void write(Path file, Weights weights) {
    // Larger elements first keep every array aligned to its element size, as readers that map the
    // file into memory want it. The sort is stable: else the order of the weights stays.
    List<Map.Entry<String, HostArray>> arrays =
        weights.asMap().entrySet().stream()
            .sorted(Comparator.comparingInt(entry -> -entry.getValue().dataType().bytes()))
            .toList();
    ByteBuffer header = header(weights.metadata(), arrays);
    AtomicFile.write(
        file,
        channel -> {
          writeFully(channel, header);
          ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
          for (Map.Entry<String, HostArray> entry : arrays) {
            write(channel, chunk, entry.getValue());
          }
        });
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
            "The file format keeps that name for itself.");
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

  private static void write(FileChannel channel, ByteBuffer chunk, HostArray array)
      throws IOException {
    int size = array.dataType().bytes();
    for (int from = 0; from < array.elementCount(); ) {
      int count = Math.min(CHUNK_BYTES / size, array.elementCount() - from);
      chunk.clear().limit(count * size);
      switch (array.dataType()) {
        case FLOAT32 -> chunk.asFloatBuffer().put(array.floats().slice(from, count));
        case INT32 -> chunk.asIntBuffer().put(array.ints().slice(from, count));
        case UINT8, BOOL -> chunk.duplicate().put(array.bytes().slice(from, count));
      }
      writeFully(channel, chunk);
      from += count;
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
