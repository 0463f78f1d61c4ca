package dev.espalier.core.internal.data;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A temporary file with some arrays for each sample of a data set, such as features and targets: a
 * record of fixed length for each sample, in the order of the data set. The operating system keeps
 * as much of it in memory as it has room for, and removes it when the process ends, however it
 * ends. Records are written by one thread, and then read by any number.
 */
public final class FeatureFile implements AutoCloseable {
  private static final String REMEDY =
      "Free disk space, choose another folder with -Djava.io.tmpdir=FOLDER, or train without cached"
          + " features.";

  private final Path file;
  private final FileChannel channel;
  private final int samples;
  private final List<Column> columns = new ArrayList<>();
  private int recordBytes;
  private int written;

  /** An array of each sample, in a place of its own in the record. */
  private record Column(String name, TensorType type, int offset) {
    int elements() {
      return type.shape().arrayLength();
    }

    int bytes() {
      return elements() * type.dataType().bytes();
    }
  }

  private FeatureFile(Path file, FileChannel channel, int samples) {
    this.file = file;
    this.channel = channel;
    this.samples = samples;
  }

  /**
   * Creates a file in the folder for temporary files.
   *
   * @param samples number of records; 0 if it is not known yet, and not whether there is room
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE} if that is not possible
   */
  public static FeatureFile create(int samples) {
    return create(Path.of(System.getProperty("java.io.tmpdir", ".")), samples);
  }

  static FeatureFile create(Path folder, int samples) {
    Path file = folder.resolve("espalier-features-" + UUID.randomUUID() + ".tmp");
    try {
      return new FeatureFile(
          file,
          FileChannel.open(
              file,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE),
          samples);
    } catch (IOException e) {
      throw notWritable(file, e);
    }
  }

  /**
   * Adds the records of the next samples.
   *
   * @param arrays by name, the same ones in each call, each with a row for every sample
   * @param files number of files of this size that will be needed, for which there must be room
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE} if the disk is full, before
   *     anything is written if it would not hold all records
   */
  public void append(Map<String, HostArray> arrays, int files) {
    Map<String, HostArray> ordered = new TreeMap<>(arrays);
    if (columns.isEmpty()) {
      ordered.forEach(this::addColumn);
      requireSpace(files);
    }
    int rows = ordered.values().iterator().next().shape().size(0);
    ByteBuffer buffer =
        ByteBuffer.allocate(Math.multiplyExact(rows, recordBytes)).order(ByteOrder.nativeOrder());
    for (Column column : columns) {
      HostArray array = ordered.get(column.name());
      if (array == null || !array.type().equals(column.type().withShape(batch(column, rows)))) {
        throw new IllegalStateException("a batch has " + array + " as " + column);
      }
      for (int row = 0; row < rows; row++) {
        put(buffer, row * recordBytes + column.offset(), array, row * column.elements(), column);
      }
    }
    try {
      long position = (long) written * recordBytes;
      while (buffer.hasRemaining()) {
        position += channel.write(buffer, position);
      }
    } catch (ClosedByInterruptException e) {
      throw new EspalierException(
          ErrorCode.INTERRUPTED,
          "The thread was interrupted while features were computed.",
          "Weights are those after the last complete step.",
          e);
    } catch (IOException e) {
      throw notWritable(file, e);
    }
    written += rows;
  }

  private void addColumn(String name, HostArray array) {
    Column column =
        new Column(name, array.type().withShape(array.shape().withoutBatch()), recordBytes);
    columns.add(column);
    recordBytes = Math.addExact(recordBytes, column.bytes());
  }

  private static Shape batch(Column column, int rows) {
    return column.type().shape().withBatch(rows);
  }

  private void requireSpace(int files) {
    long wanted = Math.multiplyExact((long) samples * recordBytes, (long) files);
    long free;
    try {
      FileStore store = Files.getFileStore(file.toAbsolutePath().getParent());
      free = store.getUsableSpace();
    } catch (IOException e) {
      return; // writing will tell
    }
    if (free < wanted) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          "The features of "
              + samples
              + " samples take "
              + megabytes(wanted)
              + " in "
              + file.getParent()
              + ", where "
              + megabytes(free)
              + " are free.",
          REMEDY);
    }
  }

  private static String megabytes(long bytes) {
    return ((bytes >> 20) + 1) + " MiB";
  }

  private static EspalierException notWritable(Path file, IOException cause) {
    return new EspalierException(
        ErrorCode.FILE_NOT_WRITABLE,
        "The features could not be written to "
            + file
            + ": "
            + FailureReason.ofWriting(cause)
            + ".",
        REMEDY,
        cause);
  }

  private static void put(ByteBuffer buffer, int at, HostArray array, int from, Column column) {
    ByteBuffer target = buffer.slice(at, column.bytes()).order(ByteOrder.nativeOrder());
    switch (column.type().dataType()) {
      case FLOAT32 -> target.asFloatBuffer().put(array.floats().slice(from, column.elements()));
      case INT32 -> target.asIntBuffer().put(array.ints().slice(from, column.elements()));
      case UINT8, BOOL -> target.put(array.bytes().slice(from, column.elements()));
      case BFLOAT16, FLOAT16 -> throw column.type().dataType().onlyInPrograms();
    }
  }

  /** Returns the number of records so far. */
  int written() {
    return written;
  }

  /** Returns the number of bytes of the file when it is complete. */
  long size() {
    return (long) samples * recordBytes;
  }

  /**
   * Returns the arrays of some samples, with a row for each.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_READABLE} if reading fails
   */
  Map<String, HostArray> read(int[] indices) {
    ByteBuffer record = ByteBuffer.allocate(recordBytes).order(ByteOrder.nativeOrder());
    List<Object> storage = new ArrayList<>();
    columns.forEach(column -> storage.add(allocate(column, indices.length)));
    for (int row = 0; row < indices.length; row++) {
      read(record.clear(), indices[row]);
      for (int i = 0; i < columns.size(); i++) {
        get(record, columns.get(i), storage.get(i), row);
      }
    }
    Map<String, HostArray> arrays = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      arrays.put(column.name(), wrap(column, batch(column, indices.length), storage.get(i)));
    }
    return arrays;
  }

  private void read(ByteBuffer record, int index) {
    if (index < 0 || index >= written) {
      throw new IllegalStateException("sample " + index + " of " + written);
    }
    long start = (long) index * recordBytes;
    try {
      while (record.hasRemaining()) {
        if (channel.read(record, start + record.position()) < 0) {
          throw new IOException("it ends early");
        }
      }
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_READABLE,
          "The features of sample "
              + index
              + " could not be read from "
              + file
              + ": "
              + FailureReason.of(e)
              + ".",
          "Check the disk, or train without cached features.",
          e);
    }
  }

  private static Object allocate(Column column, int rows) {
    int length = Math.multiplyExact(rows, column.elements());
    return switch (column.type().dataType()) {
      case FLOAT32 -> new float[length];
      case INT32 -> new int[length];
      case UINT8, BOOL -> new byte[length];
      case BFLOAT16, FLOAT16 -> throw column.type().dataType().onlyInPrograms();
    };
  }

  private static void get(ByteBuffer record, Column column, Object storage, int row) {
    ByteBuffer source =
        record.slice(column.offset(), column.bytes()).order(ByteOrder.nativeOrder());
    int elements = column.elements();
    switch (column.type().dataType()) {
      case FLOAT32 -> source.asFloatBuffer().get((float[]) storage, row * elements, elements);
      case INT32 -> source.asIntBuffer().get((int[]) storage, row * elements, elements);
      case UINT8, BOOL -> source.get((byte[]) storage, row * elements, elements);
      case BFLOAT16, FLOAT16 -> throw column.type().dataType().onlyInPrograms();
    }
  }

  private static HostArray wrap(Column column, Shape shape, Object storage) {
    return switch (column.type().dataType()) {
      case FLOAT32 -> HostArray.wrap(shape, (float[]) storage);
      case INT32 -> HostArray.wrapInts(shape, (int[]) storage);
      case UINT8 -> HostArray.wrapBytes(shape, (byte[]) storage);
      case BOOL -> HostArray.wrapBooleans(shape, (byte[]) storage);
      case BFLOAT16, FLOAT16 -> throw column.type().dataType().onlyInPrograms();
    };
  }

  /** Removes the file. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
