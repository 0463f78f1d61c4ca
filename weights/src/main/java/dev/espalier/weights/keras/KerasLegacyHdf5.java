package dev.espalier.weights.keras;

import dev.espalier.model.Model;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.plugin.WeightFormat;
import io.jhdf.HdfFile;
import io.jhdf.api.Group;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads Keras' {@code .h5} weights: the files that Keras publishes, the output of {@code
 * save_weights} of Keras 2 and of the legacy writer of Keras 3, and the weights of whole models
 * saved in that format. Immutable and thread-safe.
 *
 * <p>Arrays are in file order. Their names are stripped of the {@code :0} of old files, and
 * depthwise kernels are called {@code kernel} as in Keras 3.
 */
public final class KerasLegacyHdf5 implements WeightFormat {
  private static final String LAYER_NAMES = "layer_names";
  private static final String WEIGHT_NAMES = "weight_names";

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
    return Hdf5File.hasSignature(head) && !KerasWeightsHdf5.isLayoutOf(file);
  }

  @Override
  public Weights read(Path file) {
    return Hdf5File.read(
        file,
        (hdf, nodes) ->
            read(hdf, nodes)
                .withMetadata(
                    Map.of(
                        WeightTransfer.FILE_KEY,
                        Hdf5File.nameOf(file),
                        WeightTransfer.ORIGIN_KEY,
                        origin(hdf, nodes))));
  }

  @Override
  public Optional<Model> readModel(Path file) {
    return Optional.of(KerasModel.load(file));
  }

  /** Weights alone name the version at the top, as whole models do. */
  private static String origin(HdfFile hdf, Hdf5Nodes nodes) {
    List<String> version = nodes.strings(hdf, "keras_version");
    return version == null || version.isEmpty() ? "Keras" : "Keras " + version.get(0);
  }

  static Weights read(HdfFile hdf, Hdf5Nodes nodes) {
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
    NamedArrays arrays = new NamedArrays(nodes);
    for (String layer : layers) {
      Group group = nodes.group(root, layer);
      List<String> paths = nodes.strings(group, WEIGHT_NAMES);
      if (paths == null) {
        throw nodes.invalid("there is no attribute \"" + WEIGHT_NAMES + "\"", null);
      }
      List<String> names = names(layer, paths);
      for (int i = 0; i < paths.size(); i++) {
        arrays.add(names.get(i), nodes.array(group, paths.get(i)));
      }
    }
    return arrays.weights();
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
