package dev.espalier.weights.keras;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.MemoryShortage;
import dev.espalier.graph.HostArray;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.plugin.WeightFormat;
import io.jhdf.HdfFile;
import io.jhdf.Superblock;
import io.jhdf.api.Group;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads Keras' {@code .h5} weights: the files that Keras publishes, the output of {@code
 * save_weights} of Keras 2 and of the legacy writer of Keras 3, and the weights of whole models
 * saved in that format. Immutable and thread-safe.
 *
 * <p>Arrays are in file order. Their names are stripped of the {@code :0} of old files, and
 * depthwise kernels are called {@code kernel} as in Keras 3.
 */
public final class KerasLegacyHdf5 implements WeightFormat {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final String LAYER_NAMES = "layer_names";
  private static final String WEIGHT_NAMES = "weight_names";

  /**
   * Copies of the data that may be in memory at a time: file contents, the library's arrays, and
   * ours.
   */
  private static final int COPIES = 4;

  /** Creates the reader. */
  public KerasLegacyHdf5() {}

  /** Returns all arrays of a file. */
  public static Weights load(Path file) {
    return new KerasLegacyHdf5().read(file);
  }

  @Override
  public String name() {
    return "keras-legacy-hdf5";
  }

  @Override
  public boolean recognizes(Path file, byte[] head) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".weights.h5")) {
      return false; // The native layout of Keras 3.
    }
    // HDF5 allows a user block, so its signature is at byte 0, 512 or a doubling of that.
    for (int offset = 0; offset < head.length; offset = offset == 0 ? 512 : 2 * offset) {
      if (offset + SIGNATURE.length <= head.length
          && Arrays.equals(
              SIGNATURE, Arrays.copyOfRange(head, offset, offset + SIGNATURE.length))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Weights read(Path file) {
    ByteBuffer bytes = map(file);
    Hdf5Nodes nodes = new Hdf5Nodes(file.toString(), bytes.capacity());
    // Parse from memory: then the library cannot read more than the file has, whatever sizes a
    // damaged file claims.
    try (HdfFile hdf = HdfFile.fromByteBuffer(bytes)) {
      requireWhole(hdf, bytes.capacity(), nodes);
      return read(hdf, nodes).withMetadata(Map.of(WeightTransfer.FILE_KEY, fileName(file)));
    } catch (EspalierException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw refused(file, nodes, e, Runtime.getRuntime().maxMemory());
    }
  }

  /**
   * Returns the error for a failure of the library.
   *
   * @param heap the size of the Java heap in bytes
   */
  static EspalierException refused(Path file, Hdf5Nodes nodes, Throwable failure, long heap) {
    OutOfMemoryError memory = MemoryShortage.findIn(failure);
    // If the heap has room for the file and its arrays, only a damaged file can request more.
    if (memory != null && heap / COPIES < nodes.bytes()) {
      return MemoryShortage.error(
          "the weight file " + file, "download the file again, which may be damaged", memory);
    }
    // Damaged files make the library throw arbitrary exceptions; a cyclic tree overflows the stack.
    return nodes.invalid(
        "it is damaged, truncated, or not HDF5 (" + summary(failure) + ")", failure);
  }

  /** Rejects a truncated file, which may still list all arrays but lack their data. */
  private static void requireWhole(HdfFile hdf, long length, Hdf5Nodes nodes) {
    Superblock superblock = hdf.getHdfBackingStorage().getSuperblock();
    long end =
        superblock instanceof Superblock.SuperblockV0V1 old
            ? old.getEndOfFileAddress()
            : superblock instanceof Superblock.SuperblockV2V3 recent
                ? recent.getEndOfFileAddress()
                : length;
    if (length < end) {
      throw nodes.invalid("it is truncated: it has " + length + " of " + end + " bytes", null);
    }
  }

  private static String summary(Throwable error) {
    Throwable cause = error;
    for (int i = 0; i < 10 && cause.getCause() != null; i++) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return cause.getClass().getSimpleName() + (message == null ? "" : ": " + message);
  }

  private static String fileName(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static ByteBuffer map(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw notReadable(file, null);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new Hdf5Nodes(file.toString(), channel.size())
            .invalid("there are more than 2 GiB, which this reader cannot take", null);
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    } catch (IOException e) {
      throw notReadable(file, e);
    }
  }

  private static EspalierException notReadable(Path file, @Nullable Throwable cause) {
    return new EspalierException(
        ErrorCode.FILE_NOT_READABLE,
        "The weight file " + file + " cannot be read.",
        "Check that it exists, is a file, and that you may read it.",
        cause);
  }

  private static Weights read(HdfFile hdf, Hdf5Nodes nodes) {
    Group root = hdf;
    List<String> layers = nodes.strings(root, LAYER_NAMES);
    if (layers == null && root.getChildren().containsKey("model_weights")) {
      root = nodes.group(root, "model_weights");
      layers = nodes.strings(root, LAYER_NAMES);
    }
    if (layers == null) {
      throw nodes.invalid(
          root.getChildren().containsKey("layers")
              ? "there is the layout of Keras 3's .weights.h5, not the legacy one"
              : "there is no attribute \"" + LAYER_NAMES + "\"",
          null);
    }
    Map<String, HostArray> arrays = new LinkedHashMap<>();
    for (String layer : layers) {
      Group group = nodes.group(root, layer);
      List<String> paths = nodes.strings(group, WEIGHT_NAMES);
      if (paths == null) {
        throw nodes.invalid("there is no attribute \"" + WEIGHT_NAMES + "\"", null);
      }
      List<String> names = names(layer, paths);
      for (int i = 0; i < paths.size(); i++) {
        if (arrays.put(names.get(i), nodes.array(group, paths.get(i))) != null) {
          throw nodes.invalid("there are two arrays named \"" + names.get(i) + "\"", null);
        }
      }
    }
    return Weights.of(arrays);
  }

  /**
   * Returns {@code layer/variable} for the arrays of a layer, or {@code layer/inner/variable} if
   * the layer is a model. Paths may repeat the layer's name or, in files from sessions with several
   * models, have another name there; a prefix that all paths have in common is dropped.
   */
  private static List<String> names(String layer, List<String> paths) {
    List<String> scopes = new ArrayList<>();
    List<String> variables = new ArrayList<>();
    for (String path : paths) {
      String inner = path.startsWith(layer + "/") ? path.substring(layer.length() + 1) : path;
      int slash = inner.lastIndexOf('/');
      scopes.add(slash < 0 ? "" : inner.substring(0, slash));
      String variable = inner.substring(slash + 1).replaceFirst(":\\d+$", "");
      variables.add(variable.equals("depthwise_kernel") ? "kernel" : variable);
    }
    Set<String> distinct = new LinkedHashSet<>(scopes);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      String scope = distinct.size() > 1 && !scopes.get(i).isEmpty() ? scopes.get(i) + "/" : "";
      names.add(layer + "/" + scope + variables.get(i));
    }
    return names;
  }
}
