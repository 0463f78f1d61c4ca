package dev.espalier.weights.keras;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.plugin.WeightFormat;
import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Keras 3's {@code .weights.h5} files, which {@code save_weights} writes; the state of an optimizer
 * in them is left out. Immutable and thread-safe.
 *
 * <p>The layout files each layer under its type and a counter, so the order of the layers is known
 * within each type only. Newer files also have the names of the layers; in others a layer gets its
 * type and counter as name, such as {@code conv2d_3}. {@link WeightTransfer#ORDER_KEY} says so, and
 * {@link WeightTransfer#exactlyOrInOrder} finds the layers of a model either way.
 */
public final class KerasWeightsHdf5 implements WeightFormat {
  private static final String ENDING = ".weights.h5";
  private static final String ARRAYS = "vars";

  /** What stands beside the layers of a model that was compiled. */
  private static final List<String> STATE = List.of("optimizer", "loss", "metrics", "_metrics");

  private static final int MOST_GROUPS = 1_000_000;
  private static final int DEEPEST = 100;

  /** Creates the reader. */
  public KerasWeightsHdf5() {}

  /** Returns all arrays of a file. */
  public static Weights load(Path file) {
    return new KerasWeightsHdf5().read(file);
  }

  /**
   * Writes the weights of a model, which Keras 3 loads into the model of the same layers. Layers
   * are found by type and order, so their names do not matter.
   *
   * @throws EspalierException {@link ErrorCode#MISSING_WEIGHTS} if a variable has no value; {@link
   *     ErrorCode#INVALID_ARGUMENT} for a layer that consists of parts, such as attention; {@link
   *     ErrorCode#FILE_NOT_WRITABLE}
   */
  public static void save(Path file, Model model) {
    new KerasWeightsWriter(file, model).write();
  }

  @Override
  public boolean writes(Path file) {
    return Hdf5File.nameOf(file).endsWith(ENDING);
  }

  @Override
  public void write(Path file, Model model) {
    save(file, model);
  }

  @Override
  public String name() {
    return "keras-weights-hdf5";
  }

  @Override
  public boolean recognizes(Path file, byte[] head) {
    return Hdf5File.hasSignature(head) && isLayoutOf(file);
  }

  /** Returns whether an HDF5 file has this layout; if it cannot be opened, its name decides. */
  static boolean isLayoutOf(Path file) {
    try {
      return Hdf5File.read(file, (hdf, nodes) -> isLayoutOf(hdf));
    } catch (EspalierException e) {
      return Hdf5File.nameOf(file).toLowerCase(Locale.ROOT).endsWith(ENDING);
    }
  }

  static boolean isLayoutOf(HdfFile hdf) {
    return !hdf.getAttributes().containsKey("layer_names")
        && !hdf.getAttributes().containsKey("layer_names0")
        && !hdf.getChildren().containsKey("model_weights")
        && hdf.getChildren().keySet().stream()
            .anyMatch(name -> name.equals(ARRAYS) || name.matches("(_layer_|layers).*"));
  }

  @Override
  public Weights read(Path file) {
    return Hdf5File.read(
            file,
            (hdf, nodes) -> {
              NamedArrays arrays = new NamedArrays(nodes);
              collect(tree(hdf, nodes), "", arrays);
              return arrays.weights();
            })
        .withMetadata(
            Map.of(
                WeightTransfer.FILE_KEY,
                Hdf5File.nameOf(file),
                WeightTransfer.ORIGIN_KEY,
                "Keras",
                WeightTransfer.ORDER_KEY,
                WeightTransfer.ORDER_BY_TYPE));
  }

  /** Adds the arrays of the layers of a model. */
  static void collect(StoredLayer model, String prefix, NamedArrays arrays) {
    for (StoredLayer layer : model.layers()) {
      String path = prefix + layer.nameOrKey();
      if (layer.isModel()) {
        collect(layer, path + "/", arrays);
      }
      layer.collect(path, arrays::add);
    }
  }

  /** Returns what a file holds, apart from the state of training. */
  static StoredLayer tree(HdfFile hdf, Hdf5Nodes nodes) {
    StoredLayer root = new StoredLayer("");
    new Walk(root, nodes).group(hdf, List.of());
    if (!root.isModel()) {
      throw nodes.invalid(
          hdf.getAttributes().containsKey("layer_names")
              ? "there is the legacy layout of .h5 files, not that of .weights.h5"
              : "there is no group \"layers\"",
          null);
    }
    return root;
  }

  /** Visits all groups of a file once. */
  private static final class Walk {
    private final StoredLayer root;
    private final Hdf5Nodes nodes;
    private int visited;

    Walk(StoredLayer root, Hdf5Nodes nodes) {
      this.root = root;
      this.nodes = nodes;
    }

    void group(Group group, List<String> path) {
      if (++visited > MOST_GROUPS || path.size() > DEEPEST) {
        throw nodes.invalid("groups are nested without an end", null);
      }
      for (String name : group.getChildren().keySet()) {
        // Files from Windows may have the separator of its paths in their names.
        List<String> inner = new ArrayList<>(path);
        inner.addAll(Arrays.asList(name.split("\\\\")));
        if (STATE.contains(inner.get(0))) {
          continue;
        }
        Node child = nodes.child(group, name);
        if (child instanceof Group next) {
          name(next, inner);
          group(next, inner);
        } else if (child instanceof Dataset) {
          array(group, name, inner);
        }
      }
    }

    private void name(Group group, List<String> path) {
      if (path.get(path.size() - 1).equals(ARRAYS)) {
        List<String> names = nodes.strings(group, "name");
        if (names != null && names.size() == 1) {
          root.at(path).name(names.get(0));
        }
      }
    }

    private void array(Group group, String name, List<String> path) {
      String number = path.get(path.size() - 1);
      List<String> owner = path.subList(0, path.size() - 1);
      boolean own = !owner.isEmpty() && owner.get(owner.size() - 1).equals(ARRAYS);
      if (!own || !number.matches("\\d{1,6}")) {
        throw nodes.invalid("there is an array \"" + number + "\" where only groups belong", null);
      }
      if (!owner.contains("seed_generator")) {
        root.at(owner).add(Integer.parseInt(number), nodes.array(group, name));
      }
    }
  }
}
