package dev.espalier.models.convnext;

import dev.espalier.activation.Activation;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Padding;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.Dense;
import dev.espalier.layer.LayerNormalization;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.LayerScale;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.convolution.DepthwiseConv2D;
import java.util.List;

/**
 * The layers of a ConvNeXt.
 *
 * @param name of the model in the catalogue
 * @param depths number of blocks of each stage
 * @param widths number of channels of each stage
 */
record ConvNeXtStages(String name, List<Integer> depths, List<Integer> widths) {
  private static final int PATCH = 4;
  private static final int KERNEL = 7;
  private static final int EXPANSION = 4;
  private static final Initializer KERNELS = Initializers.truncatedNormal(0.02);

  /** Returns the number of blocks of all stages. */
  int blocks() {
    return depths.stream().mapToInt(Integer::intValue).sum();
  }

  /** Returns the prefix of the names of a block's layers; stage and block count from 0. */
  static String prefix(int stage, int block) {
    return "stage_" + stage + "_block_" + block + "_";
  }

  /** Returns what the first block of a stage gets: smaller images with its number of channels. */
  LayerOutput entrance(LayerOutput input, int stage) {
    if (stage == 0) {
      return normalized(patches(input, "stem_conv", 0, PATCH), "stem_layernorm");
    }
    int number = stage - 1;
    LayerOutput x = normalized(input, "downsampling_layernorm_" + number);
    return patches(x, "downsampling_conv_" + number, stage, 2);
  }

  /** Returns a block without its skip connection. */
  LayerOutput branch(LayerOutput input, int stage, int block) {
    String prefix = prefix(stage, block);
    int width = widths.get(stage);
    LayerOutput x =
        DepthwiseConv2D.of(KERNEL)
            .padding(Padding.SAME)
            .depthwiseInitializer(KERNELS)
            .named(prefix + "depthwise_conv")
            .on(input);
    x = normalized(x, prefix + "layernorm");
    x = pointwise(x, EXPANSION * width, prefix + "pointwise_conv_1");
    x = ActivationLayer.of(Activation.GELU).named(prefix + "gelu").on(x);
    x = pointwise(x, width, prefix + "pointwise_conv_2");
    return LayerScale.create().named(prefix + "layer_scale").on(x);
  }

  static LayerOutput normalized(LayerOutput x, String name) {
    return LayerNormalization.create().epsilon(1e-6).named(name).on(x);
  }

  private LayerOutput patches(LayerOutput x, String name, int stage, int size) {
    return Conv2D.of(widths.get(stage), size)
        .strides(size)
        .kernelInitializer(KERNELS)
        .named(name)
        .on(x);
  }

  private static LayerOutput pointwise(LayerOutput x, int units, String name) {
    return Dense.of(units).kernelInitializer(KERNELS).named(name).on(x);
  }
}
