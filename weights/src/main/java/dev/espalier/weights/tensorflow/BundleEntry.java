package dev.espalier.weights.tensorflow;

import dev.espalier.model.StoredType;
import dev.espalier.weights.internal.WeightFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a checkpoint has an array, the message {@code BundleEntryProto}.
 *
 * @param type of the elements; null for one that weights do not have, such as texts
 * @param shard the number of the data file
 * @param checksum of the bytes, masked
 */
record BundleEntry(
    @Nullable StoredType type,
    List<Long> sizes,
    int shard,
    long offset,
    long bytes,
    int checksum,
    boolean sliced) {
  static BundleEntry of(WeightFile file, ByteBuffer message) {
    long[] numbers = new long[8];
    List<Long> sizes = new ArrayList<>();
    ProtobufFields.read(
        file,
        message,
        field -> {
          if (field.number() == 2) {
            ProtobufFields.read(file, field.bytes(), shape -> readAxis(file, shape, sizes));
          } else if (field.number() == 7) {
            numbers[7] = 1;
          } else if (field.number() < numbers.length) {
            numbers[field.number()] = field.value();
          }
        });
    return new BundleEntry(
        type((int) numbers[1]),
        sizes,
        (int) numbers[3],
        numbers[4],
        numbers[5],
        (int) numbers[6],
        numbers[7] != 0);
  }

  private static void readAxis(WeightFile file, ProtobufFields.Field shape, List<Long> sizes) {
    if (shape.number() != 2) {
      return;
    }
    long[] size = new long[1];
    ProtobufFields.read(
        file,
        shape.bytes(),
        axis -> {
          if (axis.number() == 1) {
            size[0] = axis.value();
          }
        });
    sizes.add(size[0]);
  }

  /** Numbers of {@code DataType} in TensorFlow. */
  private static @Nullable StoredType type(int number) {
    return switch (number) {
      case 1 -> StoredType.F32;
      case 2 -> StoredType.F64;
      case 3 -> StoredType.I32;
      case 4 -> StoredType.U8;
      case 5 -> StoredType.I16;
      case 6 -> StoredType.I8;
      case 9 -> StoredType.I64;
      case 10 -> StoredType.BOOL;
      case 14 -> StoredType.BF16;
      case 19 -> StoredType.F16;
      default -> null;
    };
  }
}
