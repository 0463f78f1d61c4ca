package dev.espalier.weights.numpy;

import dev.espalier.graph.HostArray;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.plugin.WeightFormat;
import dev.espalier.weights.internal.ArrayBudget;
import dev.espalier.weights.internal.WeightFile;
import dev.espalier.weights.internal.ZipDirectory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * NumPy's {@code .npz} files, compressed or not, whose arrays have the names under which they were
 * saved: {@code numpy.savez("weights.npz", **{"stem_conv/kernel": ...})}. Immutable and
 * thread-safe.
 */
public final class NumpyFormat implements WeightFormat {
  private static final WeightFile.Kind KIND =
      new WeightFile.Kind(
          "NumPy",
          "Download it again and compare its checksum, or save it again with numpy.savez.");

  private static final String ENDING = ".npy";

  /** Compressed arrays may be larger than the file, but not beyond all measure. */
  private static final long LARGEST_RATIO = 64;

  private static final long ALWAYS_ALLOWED = 256L << 20;

  /** Creates the reader. */
  public NumpyFormat() {}

  /** Returns all arrays of a file. */
  public static Weights load(Path file) {
    return new NumpyFormat().read(file);
  }

  @Override
  public String name() {
    return "numpy";
  }

  @Override
  public boolean recognizes(Path file, byte[] head) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(".npz")
        || name.endsWith(ENDING)
        || NpyArray.starts(head)
        || ZipDirectory.firstName(head).endsWith(ENDING);
  }

  @Override
  public Weights read(Path file) {
    return WeightFile.read(file, KIND, NumpyFormat::read);
  }

  private static Weights read(WeightFile file) {
    byte[] head = new byte[(int) Math.min(file.size(), 8)];
    file.bytes(0, head.length).get(head);
    if (NpyArray.starts(head)) {
      throw file.refused(
          "holds a single array without a name",
          "Save all weights with their names: numpy.savez(\"weights.npz\", **arrays).");
    }
    ZipDirectory zip = ZipDirectory.read(file);
    ArrayBudget budget = new ArrayBudget(file, ALWAYS_ALLOWED + LARGEST_RATIO * file.size());
    Map<String, HostArray> arrays = new LinkedHashMap<>();
    for (String entry : zip.names()) {
      if (entry.endsWith(ENDING)) {
        arrays.put(
            entry.substring(0, entry.length() - ENDING.length()),
            NpyArray.read(file, budget, zip.bytes(entry)));
      }
    }
    return Weights.of(arrays)
        .withMetadata(Map.of(WeightTransfer.FILE_KEY, String.valueOf(file.path().getFileName())));
  }
}
