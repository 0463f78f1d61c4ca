package dev.espalier.models;

import dev.espalier.model.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A project's names of the layers of an architecture.
 *
 * @param layers the project's names by Keras' names
 */
record OriginNames(Map<String, String> layers) {
  private static final String CLASSIFIER = "predictions";
  private static final String DEPTHWISE = "dwconv";
  private static final List<String> ENDS =
      List.of("stem_conv", "stem_bn", "top_conv", "top_bn", CLASSIFIER);
  private static final List<String> EXPANSION = List.of("expand_conv", "expand_bn");
  private static final List<String> FILTERING = List.of(DEPTHWISE, "bn");
  private static final List<String> GATE = List.of("se_reduce", "se_expand");
  private static final List<String> PROJECTION = List.of("project_conv", "project_bn");

  /**
   * A block and where it is.
   *
   * @param position of its stage, from 0
   * @param repeat in its stage, from 0
   * @param index among all blocks, from 0
   * @param gated whether it has squeeze and excitation
   */
  private record Block(Stage stage, int position, int repeat, int index, boolean gated) {
    /** Returns the parts that it consists of, each with its layers in order. */
    List<List<String>> parts() {
      boolean expands = stage.expand() != 1;
      if (stage.fused()) {
        return expands ? List.of(EXPANSION, PROJECTION) : List.of(PROJECTION);
      }
      List<List<String>> parts = new ArrayList<>(List.of(FILTERING, PROJECTION));
      if (gated) {
        parts.add(1, GATE);
      }
      if (expands) {
        parts.add(0, EXPANSION);
      }
      return parts;
    }
  }

  /** Names the layers of a part of a block; {@code number} counts all parts from 0. */
  private interface PartNames {
    List<String> of(Block block, List<String> part, int number);
  }

  static OriginNames timm(Architecture architecture) {
    return of(
        architecture,
        List.of("conv_stem", "bn1", "conv_head", "bn2", "classifier"),
        (block, part, number) -> {
          String prefix = "blocks." + block.position() + "." + block.repeat() + ".";
          if (part == GATE) {
            return List.of(prefix + "se.conv_reduce", prefix + "se.conv_expand");
          }
          boolean expands = block.stage().expand() != 1;
          String convolution;
          if (block.stage().fused()) {
            convolution = expands ? (part == EXPANSION ? "conv_exp" : "conv_pwl") : "conv";
          } else if (part == FILTERING) {
            convolution = "conv_dw";
          } else {
            convolution = expands && part == PROJECTION ? "conv_pwl" : "conv_pw";
          }
          return List.of(prefix + convolution, prefix + "bn" + (withoutGate(block, number) + 1));
        });
  }

  static OriginNames torchvision(Architecture architecture) {
    String top = "features." + (architecture.stages().size() + 1);
    return of(
        architecture,
        List.of("features.0.0", "features.0.1", top + ".0", top + ".1", "classifier.1"),
        (block, part, number) -> {
          String prefix =
              "features." + (block.position() + 1) + "." + block.repeat() + ".block." + number;
          return part == GATE
              ? List.of(prefix + ".fc1", prefix + ".fc2")
              : List.of(prefix + ".0", prefix + ".1");
        });
  }

  static OriginNames lukemelas(Architecture architecture) {
    return of(
        architecture,
        List.of("_conv_stem", "_bn0", "_conv_head", "_bn1", "_fc"),
        (block, part, number) -> {
          String prefix = "_blocks." + block.index() + "._";
          if (part == EXPANSION) {
            return List.of(prefix + "expand_conv", prefix + "bn0");
          }
          if (part == FILTERING) {
            return List.of(prefix + "depthwise_conv", prefix + "bn1");
          }
          return part == GATE
              ? List.of(prefix + "se_reduce", prefix + "se_expand")
              : List.of(prefix + "project_conv", prefix + "bn2");
        });
  }

  /**
   * Returns the names of the authors' checkpoints, which number the layers of a block by type.
   *
   * @param prefix the name of the model and a slash
   */
  static OriginNames tensorflow(Architecture architecture, String prefix, Weights weights) {
    // Trained on another device than a TPU, layers have the name of the ordinary ones.
    String normalization =
        weights.contains(prefix + "stem/tpu_batch_normalization/gamma")
            ? "tpu_batch_normalization"
            : "batch_normalization";
    return of(
        architecture,
        List.of(
            prefix + "stem/conv2d",
            prefix + "stem/" + normalization,
            prefix + "head/conv2d",
            prefix + "head/" + normalization,
            prefix + "head/dense"),
        (block, part, number) -> {
          String scope = prefix + "blocks_" + block.index() + "/";
          if (part == GATE) {
            return List.of(scope + "se/conv2d", scope + "se/conv2d_1");
          }
          String normalized = scope + numbered(normalization, withoutGate(block, number));
          if (part == FILTERING) {
            return List.of(scope + "depthwise_conv2d", normalized);
          }
          boolean second = part == PROJECTION && block.stage().expand() != 1;
          return List.of(scope + numbered("conv2d", second ? 1 : 0), normalized);
        });
  }

  private static OriginNames of(Architecture architecture, List<String> ends, PartNames names) {
    Map<String, String> layers = new LinkedHashMap<>();
    put(layers, Function.identity(), ENDS, ends);
    List<Stage> stages = architecture.stages();
    boolean second = architecture instanceof SecondGeneration;
    int index = 0;
    for (int s = 0; s < stages.size(); s++) {
      for (int r = 0; r < architecture.repeats(s); r++) {
        String prefix = Blocks.prefix(s, r);
        Block block = new Block(stages.get(s), s, r, index++, architecture.squeezes());
        List<List<String>> parts = block.parts();
        for (int number = 0; number < parts.size(); number++) {
          put(
              layers,
              layer -> prefix + (second && layer.equals(DEPTHWISE) ? "dwconv2" : layer),
              parts.get(number),
              names.of(block, parts.get(number), number));
        }
      }
    }
    return new OriginNames(layers);
  }

  private static void put(
      Map<String, String> layers,
      Function<String, String> full,
      List<String> ours,
      List<String> theirs) {
    for (int i = 0; i < ours.size(); i++) {
      layers.put(full.apply(ours.get(i)), theirs.get(i));
    }
  }

  /** Returns the number of a part without counting the gate, which has no normalization. */
  private static int withoutGate(Block block, int number) {
    int gate = block.parts().indexOf(GATE);
    return gate >= 0 && number > gate ? number - 1 : number;
  }

  private static String numbered(String type, int number) {
    return number == 0 ? type : type + "_" + number;
  }

  /** Returns the name of a variable in a checkpoint, or null if it has none. */
  @Nullable String checkpointVariable(String variable) {
    int slash = Math.max(0, variable.lastIndexOf('/'));
    String layer = layers.get(variable.substring(0, slash));
    if (layer == null) {
      return null;
    }
    boolean depthwise = layer.endsWith("depthwise_conv2d");
    return layer + "/" + (depthwise ? "depthwise_" : "") + variable.substring(slash + 1);
  }

  /** Returns whether a name of the project is one of the classifier. */
  boolean isOfClassifier(String theirs) {
    String classifier = layers.get(CLASSIFIER);
    return theirs.startsWith(classifier + ".") || theirs.startsWith(classifier + "/");
  }
}
