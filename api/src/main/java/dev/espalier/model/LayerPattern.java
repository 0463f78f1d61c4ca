package dev.espalier.model;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.NamePattern;
import dev.espalier.graph.Variable;
import dev.espalier.layer.BatchNormalization;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Chooses layers by name, pattern and block. */
final class LayerPattern {
  private LayerPattern() {}

  static Predicate<ModelLayer> matching(Model model, String pattern) {
    NamePattern names = NamePattern.of(pattern);
    Predicate<ModelLayer> predicate = layer -> names.matches(layer.path());
    List<ModelLayer> all = model.allLayers();
    if (all.stream().noneMatch(predicate)) {
      throw NearestNames.unknown(
          ErrorCode.UNKNOWN_LAYER, "layer", pattern, all.stream().map(ModelLayer::path).toList());
    }
    return predicate;
  }

  static Set<String> fromLayer(Model model, String path) {
    List<String> paths = paths(model);
    int start = paths.indexOf(path);
    if (start < 0) {
      throw NearestNames.unknown(ErrorCode.UNKNOWN_LAYER, "layer", path, paths);
    }
    return new LinkedHashSet<>(paths.subList(start, paths.size()));
  }

  static Set<String> fromBlock(Model model, String blockOrLayer) {
    List<ModelLayer> layers = learners(model);
    List<String> blocks = layers.stream().map(LayerPattern::block).toList();
    int layer = paths(model).indexOf(blockOrLayer);
    int first = blocks.indexOf(layer < 0 ? blockOrLayer : blocks.get(layer));
    if (first < 0) {
      throw NearestNames.unknown(
          ErrorCode.UNKNOWN_LAYER, "block", blockOrLayer, new LinkedHashSet<>(blocks));
    }
    return new LinkedHashSet<>(paths(model).subList(first, layers.size()));
  }

  /** Returns the blocks with trained weights other than those of batch normalizations, in order. */
  static List<String> trainedBlocks(Model model) {
    Set<String> trained = new LinkedHashSet<>();
    for (ModelLayer layer : learners(model)) {
      boolean weights =
          model.variables().stream()
              .anyMatch(
                  variable ->
                      variable.role() == Variable.Role.WEIGHT
                          && variable.name().startsWith(layer.path() + "/"));
      if (weights && !(layer.layer() instanceof BatchNormalization)) {
        trained.add(block(layer));
      }
    }
    return List.copyOf(trained);
  }

  private static List<String> paths(Model model) {
    return learners(model).stream().map(ModelLayer::path).toList();
  }

  /** Leaves out nested models themselves: what is inside speaks for them. */
  private static List<ModelLayer> learners(Model model) {
    return model.allLayers().stream().filter(layer -> !(layer.layer() instanceof Model)).toList();
  }

  /** Layers that were named automatically, such as {@code conv2d_1}, are blocks of their own. */
  private static String block(ModelLayer layer) {
    String automatic = Pattern.quote(ModelAssembly.snakeCase(layer.layer().typeName()));
    int underscore = layer.name().indexOf('_');
    if (underscore < 0 || layer.name().matches(automatic + "(_\\d+)?")) {
      return layer.path();
    }
    int before = layer.path().length() - layer.name().length();
    return layer.path().substring(0, before + underscore);
  }
}
