package dev.espalier.weights.tensorflow;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.StoredType;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.plugin.WeightFormat;
import dev.espalier.weights.internal.ArrayBudget;
import dev.espalier.weights.internal.WeightFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checkpoints of TensorFlow: an {@code .index} file and the files {@code .data-00000-of-00001} and
 * so on beside it. Any of them names the checkpoint. Immutable and thread-safe.
 *
 * <p>Arrays have the names of their variables. Of a variable with a moving average ({@code
 * …/ExponentialMovingAverage}) the average is taken, under the name of the variable; what belongs
 * to the optimizer and counters are left out.
 */
public final class TensorFlowCheckpoint implements WeightFormat {
  private static final WeightFile.Kind KIND =
      new WeightFile.Kind(
          "TensorFlow checkpoint",
          "Download all files of the checkpoint again, .index and .data-…, and compare their"
              + " checksums.");

  private static final String INDEX = ".index";
  private static final Pattern DATA = Pattern.compile("(.*)\\.data-\\d{5}-of-\\d{5}");

  /** Creates the reader. */
  public TensorFlowCheckpoint() {}

  /**
   * Returns all arrays of a checkpoint.
   *
   * @param file one of its files, or what all of their names begin with
   */
  public static Weights load(Path file) {
    return new TensorFlowCheckpoint().read(file);
  }

  @Override
  public String name() {
    return "tensorflow-checkpoint";
  }

  @Override
  public boolean recognizes(Path file, byte[] head) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(INDEX) || DATA.matcher(name).matches();
  }

  @Override
  public Weights read(Path file) {
    String prefix = prefix(String.valueOf(file.getFileName()));
    Path index = file.resolveSibling(prefix + INDEX);
    return WeightFile.read(index, KIND, opened -> read(opened, prefix));
  }

  private static String prefix(String name) {
    if (name.endsWith(INDEX)) {
      return name.substring(0, name.length() - INDEX.length());
    }
    Matcher data = DATA.matcher(name);
    return data.matches() ? data.group(1) : name;
  }

  private static Weights read(WeightFile index, String prefix) {
    Map<String, ByteBuffer> table = SortedTable.read(index);
    ByteBuffer header = table.get("");
    if (header == null) {
      throw index.invalid("the description of the checkpoint is missing");
    }
    long[] numbers = new long[3];
    ProtobufFields.read(
        index,
        header,
        field -> {
          if (field.number() < numbers.length) {
            numbers[field.number()] = field.value();
          }
        });
    int shards = (int) numbers[1];
    ByteOrder order = numbers[2] == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    // Each data file is opened once for all of its arrays.
    Map<Integer, Map<String, BundleEntry>> byShard = new LinkedHashMap<>();
    Map<String, HostArray> arrays = new LinkedHashMap<>();
    Map<String, String> names = VariableNames.weights(table.keySet());
    names.forEach(
        (name, stored) -> {
          index.at("the variable \"" + stored + "\"");
          BundleEntry entry = BundleEntry.of(index, table.getOrDefault(stored, header));
          if (entry.type() == null) {
            return; // Texts and the like.
          }
          if (entry.shard() < 0 || entry.shard() >= shards || entry.sliced()) {
            throw index.invalid(
                entry.sliced()
                    ? "the variable is saved in slices, which cannot be read"
                    : "there is no data file " + entry.shard());
          }
          byShard.computeIfAbsent(entry.shard(), shard -> new LinkedHashMap<>()).put(name, entry);
        });
    byShard.forEach(
        (shard, entries) -> {
          Path data =
              index
                  .path()
                  .resolveSibling(
                      String.format(Locale.ROOT, "%s.data-%05d-of-%05d", prefix, shard, shards));
          arrays.putAll(WeightFile.read(data, KIND, opened -> read(opened, entries, order)));
        });
    Map<String, HostArray> ordered = new LinkedHashMap<>();
    for (String name : names.keySet()) {
      HostArray array = arrays.get(name);
      if (array != null) {
        ordered.put(name, array);
      }
    }
    return Weights.of(ordered)
        .withMetadata(Map.of(WeightTransfer.FILE_KEY, String.valueOf(index.path().getFileName())));
  }

  private static Map<String, HostArray> read(
      WeightFile data, Map<String, BundleEntry> entries, ByteOrder order) {
    ArrayBudget budget = new ArrayBudget(data, 4 * data.size());
    Map<String, HostArray> arrays = new HashMap<>();
    entries.forEach(
        (name, entry) -> {
          data.at("the variable \"" + name + "\"");
          StoredType type = entry.type() == null ? StoredType.F32 : entry.type();
          Shape shape = budget.shape(entry.sizes(), type);
          if (entry.bytes() != shape.elementCount() * type.bytes()) {
            throw data.invalid("the shape " + shape + " does not take " + entry.bytes() + " bytes");
          }
          ByteBuffer bytes = data.bytes(entry.offset(), entry.bytes());
          SortedTable.requireChecksum(data, bytes, entry.checksum());
          try {
            arrays.put(name, type.decode(shape, bytes.order(order)));
          } catch (ArithmeticException e) {
            throw data.invalid("a 64-bit integer does not fit in 32 bits");
          }
        });
    return arrays;
  }
}
