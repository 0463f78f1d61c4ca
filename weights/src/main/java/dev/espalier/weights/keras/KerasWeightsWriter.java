package dev.espalier.weights.keras;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Variable;
import dev.espalier.model.Model;
import dev.espalier.model.ModelLayer;
import dev.espalier.model.Weights;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the layout of Keras 3's {@code .weights.h5}, one group for each layer with weights. */
final class KerasWeightsWriter {
  private static final String SEPARABLE = "separable_conv2d";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path file;
  private final Model model;
  private final Weights weights;

  KerasWeightsWriter(Path file, Model model) {
    this.file = file;
    this.model = model;
    this.weights = model.weights();
  }

  /** Writes to a file beside the target first, so that the target is whole or absent. */
  void write() {
    Path folder = file.toAbsolutePath().resolveSibling("");
    try {
      Files.createDirectories(folder);
      // Not a temporary file of Java, which only its owner could read.
      Path beside =
          folder.resolve(
              "." + file.getFileName() + "." + Long.toHexString(RANDOM.nextLong()) + ".part");
      try {
        try (WritableHdfFile hdf = HdfFile.write(beside)) {
          layers(hdf, "", model);
        }
        Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(beside);
      }
    } catch (IOException | HdfException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          "The file " + file + " cannot be written: " + e + ".",
          "Check the permissions of its folder and the space on its disk, or choose another"
              + " location.",
          e);
    }
  }

  private void layers(WritableGroup parent, String prefix, Model nested) {
    WritableGroup layers = null;
    Map<String, Integer> counts = new HashMap<>();
    Map<String, ModelLayer> distinct = new LinkedHashMap<>();
    nested.layers().forEach(layer -> distinct.putIfAbsent(layer.name(), layer));
    for (ModelLayer layer : distinct.values()) {
      boolean separable = KerasConvolutions.isSeparable(layer.layer());
      String type = separable ? SEPARABLE : snakeCase(layer.layer().typeName());
      int number = counts.merge(type, 1, Integer::sum) - 1;
      List<Variable> variables = variables(prefix + layer.name() + "/");
      if (variables.isEmpty()) {
        continue;
      }
      layers = layers == null ? parent.putGroup("layers") : layers;
      WritableGroup group = layers.putGroup(number == 0 ? type : type + "_" + number);
      if (layer.layer() instanceof Model inner && !separable) {
        layers(group, prefix + layer.name() + "/", inner);
        continue;
      }
      if (!separable) {
        requireWhole(prefix + layer.name() + "/", layer.name(), variables);
      }
      arrays(group, layer.name(), variables);
    }
  }

  private List<Variable> variables(String prefix) {
    return model.variables().stream()
        .filter(variable -> variable.name().startsWith(prefix))
        .toList();
  }

  private void requireWhole(String prefix, String layer, List<Variable> variables) {
    if (variables.stream().anyMatch(v -> v.name().indexOf('/', prefix.length()) >= 0)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The layer \"" + layer + "\" cannot be written to " + file + ": it has parts.",
          "Write a model file (.safetensors), which has every layer.");
    }
  }

  private void arrays(WritableGroup group, String layer, List<Variable> variables) {
    WritableGroup arrays = group.putGroup("vars");
    arrays.putAttribute("name", layer);
    for (int i = 0; i < variables.size(); i++) {
      arrays.putDataset(Integer.toString(i), nestedArray(weights.get(variables.get(i).name())));
    }
  }

  /** Returns an array of arrays, as the library takes it. */
  private static Object nestedArray(HostArray array) {
    boolean real = array.dataType() == DataType.FLOAT32;
    int[] sizes = array.shape().sizes().stream().mapToInt(Integer::intValue).toArray();
    if (sizes.length == 0) {
      return real ? (Object) (float) array.item() : (Object) (int) array.item();
    }
    Object result = Array.newInstance(real ? float.class : int.class, sizes);
    fill(result, array, new int[1]);
    return result;
  }

  private static void fill(Object target, HostArray array, int[] next) {
    if (target instanceof float[] values) {
      array.floats().get(next[0], values);
      next[0] += values.length;
    } else if (target instanceof int[] values) {
      array.ints().get(next[0], values);
      next[0] += values.length;
    } else {
      for (Object inner : (Object[]) target) {
        fill(inner, array, next);
      }
    }
  }

  /** Returns a type name as Keras writes it, such as {@code depthwise_conv2d}. */
  private static String snakeCase(String typeName) {
    return typeName
        .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
        .replaceAll("([a-z])([A-Z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }
}
