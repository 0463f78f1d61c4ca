package dev.espalier.models.convnext;

import dev.espalier.model.WeightNames;
import dev.espalier.model.WeightNames.Layout;
import dev.espalier.model.Weights;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names of the weights of a ConvNeXt in other projects. */
final class ConvNeXtNames {
  static final WeightNames TIMM = pytorch("timm", ConvNeXtNames::timm);

  private static final WeightNames TORCHVISION = pytorch("torchvision", ConvNeXtNames::torchvision);

  private static final String SCALE = "layer_scale";
  private static final Pattern BLOCK = Pattern.compile("stage_(\\d)_block_(\\d+)_(\\w+)");
  private static final Pattern DOWNSAMPLING = Pattern.compile("downsampling_(\\w+)_(\\d)");

  /** A layer of Keras, which has the name of the model in front. */
  private static final Pattern KERAS_LAYER =
      Pattern.compile(
          "(?:.*/)?\\w+?_(stem_\\w+|downsampling_\\w+_\\d|stage_\\d_block_\\d+_\\w+|head_\\w+)");

  /** Without classifier, the last layer normalization has the name that Keras gives by itself. */
  private static final Pattern KERAS_LAST = Pattern.compile("layer_normalization(_\\d+)?");

  private ConvNeXtNames() {}

  /** Names modules as a PyTorch project does. */
  @FunctionalInterface
  private interface Modules {
    /**
     * Returns the project's name of a layer of the model, or null if it has none; for a layer
     * scale, the name of its only array.
     */
    @Nullable String of(String layer);
  }

  /** Returns the names that weights have, or null for those of the model itself. */
  static @Nullable WeightNames of(Weights weights, boolean includeTop) {
    if (weights.contains("stem.0.weight")) {
      return includeTop ? TIMM : without(TIMM, "head.fc.");
    }
    if (weights.contains("features.0.0.weight")) {
      return includeTop ? TORCHVISION : without(TORCHVISION, "classifier.2.");
    }
    boolean keras =
        weights.names().stream()
            .anyMatch(name -> name.endsWith("_stage_0_block_0_layernorm/gamma"));
    return keras ? keras(weights, includeTop) : null;
  }

  private static WeightNames without(WeightNames names, String classifier) {
    return names.ignoring(name -> name.startsWith(classifier));
  }

  private static WeightNames pytorch(String project, Modules modules) {
    return WeightNames.of(
        project,
        Layout.OIHW,
        variable -> {
          int slash = variable.lastIndexOf('/');
          String layer = variable.substring(0, slash);
          String module = modules.of(layer);
          if (module == null || layer.endsWith(SCALE)) {
            return module;
          }
          String array = variable.substring(slash + 1);
          return module + (array.equals("kernel") || array.equals("gamma") ? ".weight" : ".bias");
        });
  }

  private static @Nullable String timm(String layer) {
    Matcher block = BLOCK.matcher(layer);
    if (block.matches()) {
      String module =
          switch (block.group(3)) {
            case "depthwise_conv" -> "conv_dw";
            case "layernorm" -> "norm";
            case "pointwise_conv_1" -> "mlp.fc1";
            case "pointwise_conv_2" -> "mlp.fc2";
            default -> "gamma";
          };
      return "stages." + block.group(1) + ".blocks." + block.group(2) + "." + module;
    }
    Matcher downsampling = DOWNSAMPLING.matcher(layer);
    if (downsampling.matches()) {
      int stage = Integer.parseInt(downsampling.group(2)) + 1;
      return "stages." + stage + ".downsample." + (isConvolution(downsampling) ? 1 : 0);
    }
    return switch (layer) {
      case "stem_conv" -> "stem.0";
      case "stem_layernorm" -> "stem.1";
      case "head_layernorm" -> "head.norm";
      case "predictions" -> "head.fc";
      default -> null;
    };
  }

  private static @Nullable String torchvision(String layer) {
    Matcher block = BLOCK.matcher(layer);
    if (block.matches()) {
      String module =
          switch (block.group(3)) {
            case "depthwise_conv" -> "block.0";
            case "layernorm" -> "block.2";
            case "pointwise_conv_1" -> "block.3";
            case "pointwise_conv_2" -> "block.5";
            default -> "layer_scale";
          };
      int place = 2 * Integer.parseInt(block.group(1)) + 1;
      return "features." + place + "." + block.group(2) + "." + module;
    }
    Matcher downsampling = DOWNSAMPLING.matcher(layer);
    if (downsampling.matches()) {
      int place = 2 * Integer.parseInt(downsampling.group(2)) + 2;
      return "features." + place + "." + (isConvolution(downsampling) ? 1 : 0);
    }
    return switch (layer) {
      case "stem_conv" -> "features.0.0";
      case "stem_layernorm" -> "features.0.1";
      case "head_layernorm" -> "classifier.0";
      case "predictions" -> "classifier.2";
      default -> null;
    };
  }

  private static boolean isConvolution(Matcher downsampling) {
    return downsampling.group(1).equals("conv");
  }

  /**
   * Returns the names of Keras, which depend on the names of the model and of the models inside it;
   * variables of a layer scale have no name at all, or a number.
   */
  private static WeightNames keras(Weights weights, boolean includeTop) {
    Map<String, String> theirs = new HashMap<>();
    for (String name : weights.names()) {
      int slash = name.lastIndexOf('/');
      String layer = kerasLayer(name.substring(0, slash));
      theirs.put(layer + "/" + (layer.endsWith(SCALE) ? "gamma" : name.substring(slash + 1)), name);
    }
    WeightNames names =
        WeightNames.of("Keras", Layout.HWIO, variable -> theirs.getOrDefault(variable, variable));
    return includeTop ? names : names.ignoring(name -> name.contains("_head_dense/"));
  }

  private static String kerasLayer(String path) {
    Matcher named = KERAS_LAYER.matcher(path);
    if (named.matches()) {
      return named.group(1).equals("head_dense") ? "predictions" : named.group(1);
    }
    return KERAS_LAST.matcher(path).matches() ? "head_layernorm" : path;
  }
}
