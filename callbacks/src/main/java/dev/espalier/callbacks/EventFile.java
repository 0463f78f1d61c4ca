package dev.espalier.callbacks;

import dev.espalier.graph.HostArray;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.DoubleSupplier;
import java.util.zip.CRC32C;

/**
 * A file of events as TensorBoard reads it: records of TensorFlow's TFRecord format, each with a
 * protocol buffer of the type {@code tensorflow.Event}.
 */
final class EventFile implements AutoCloseable {
  private static final int BUCKETS = 30;
  private static final int MASK = 0xa282ead8;

  // Field numbers of tensorflow.Event, Summary, Summary.Value, Summary.Image and HistogramProto.
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int IMAGE = 4;
  private static final int HISTOGRAM = 5;
  private static final int BUCKET_LIMIT = 6;
  private static final int BUCKET = 7;

  private final OutputStream out;
  private final DoubleSupplier seconds;

  /**
   * Creates a file that begins with the version of the format.
   *
   * @param file which must not exist
   * @param seconds gives the time since 1970
   */
  EventFile(Path file, DoubleSupplier seconds) throws IOException {
    this.seconds = seconds;
    Files.createDirectories(file.toAbsolutePath().getParent());
    this.out = new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW));
    record(
        new Message()
            .decimal(WALL_TIME, seconds.getAsDouble())
            .bytes(FILE_VERSION, "brain.Event:2".getBytes(StandardCharsets.UTF_8)));
  }

  /** Adds a number. */
  void scalar(String tag, double value, long step) throws IOException {
    event(step, value(tag).single(SIMPLE_VALUE, (float) value));
  }

  /**
   * Adds an image.
   *
   * @param images uint8 {@code [batch, height, width, channels]}
   * @param index of the image in the batch
   */
  void image(String tag, HostArray images, int index, long step) throws IOException {
    Message image =
        new Message()
            .wholeNumber(1, images.shape().size(1))
            .wholeNumber(2, images.shape().size(2))
            .wholeNumber(3, images.shape().size(3))
            .bytes(4, PngEncoder.encode(images, index));
    event(step, value(tag).bytes(IMAGE, image.toBytes()));
  }

  /** Adds the distribution of the elements of an array; one that is not finite has none. */
  void histogram(String tag, HostArray array, long step) throws IOException {
    int count = array.elementCount();
    double least = Double.POSITIVE_INFINITY;
    double largest = Double.NEGATIVE_INFINITY;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      double element = array.at(i);
      least = Math.min(least, element);
      largest = Math.max(largest, element);
      sum += element;
      squares += element * element;
    }
    if (count == 0 || !Double.isFinite(sum) || !Double.isFinite(squares)) {
      return;
    }
    double width = (largest - least) / BUCKETS;
    double[] limits = new double[width == 0 ? 1 : BUCKETS];
    double[] counts = new double[limits.length];
    for (int i = 0; i < limits.length; i++) {
      limits[i] = i == limits.length - 1 ? largest : least + (i + 1) * width;
    }
    for (int i = 0; i < count; i++) {
      int bucket = width == 0 ? 0 : (int) ((array.at(i) - least) / width);
      counts[Math.min(bucket, counts.length - 1)]++;
    }
    Message histogram =
        new Message()
            .decimal(1, least)
            .decimal(2, largest)
            .decimal(3, count)
            .decimal(4, sum)
            .decimal(5, squares)
            .decimals(BUCKET_LIMIT, limits)
            .decimals(BUCKET, counts);
    event(step, value(tag).bytes(HISTOGRAM, histogram.toBytes()));
  }

  private static Message value(String tag) {
    return new Message().bytes(TAG, tag.getBytes(StandardCharsets.UTF_8));
  }

  private void event(long step, Message value) throws IOException {
    Message summary = new Message().bytes(VALUE, value.toBytes());
    record(
        new Message()
            .decimal(WALL_TIME, seconds.getAsDouble())
            .wholeNumber(STEP, step)
            .bytes(SUMMARY, summary.toBytes()));
  }

  /** Writes the length, its checksum, the bytes and their checksum. */
  private void record(Message message) throws IOException {
    byte[] bytes = message.toBytes();
    byte[] length = littleEndian(Long.BYTES).putLong(bytes.length).array();
    out.write(length);
    out.write(littleEndian(Integer.BYTES).putInt(maskedChecksum(length)).array());
    out.write(bytes);
    out.write(littleEndian(Integer.BYTES).putInt(maskedChecksum(bytes)).array());
  }

  static int maskedChecksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    // Masked, because the checksum of data that contains its own checksum would be a constant.
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Makes what was added visible to readers. */
  void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /** A protocol buffer, field by field. */
  private static final class Message {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        bytes.write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }

    private void field(int number, int type) {
      varint(((long) number << 3) | type);
    }

    Message wholeNumber(int number, long value) {
      field(number, VARINT);
      varint(value);
      return this;
    }

    Message decimal(int number, double value) {
      field(number, FIXED64);
      bytes.writeBytes(littleEndian(Double.BYTES).putDouble(value).array());
      return this;
    }

    Message single(int number, float value) {
      field(number, FIXED32);
      bytes.writeBytes(littleEndian(Float.BYTES).putFloat(value).array());
      return this;
    }

    Message decimals(int number, double[] values) {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      for (double value : values) {
        packed.writeBytes(littleEndian(Double.BYTES).putDouble(value).array());
      }
      return bytes(number, packed.toByteArray());
    }

    Message bytes(int number, byte[] content) {
      field(number, LENGTH_DELIMITED);
      varint(content.length);
      bytes.writeBytes(content);
      return this;
    }

    byte[] toBytes() {
      return bytes.toByteArray();
    }
  }
}
