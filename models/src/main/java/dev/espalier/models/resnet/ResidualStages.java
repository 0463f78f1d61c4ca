package dev.espalier.models.resnet;

import dev.espalier.activation.Activation;
import dev.espalier.graph.Padding;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.convolution.ZeroPadding2D;
import dev.espalier.layer.pooling.MaxPooling2D;
import java.util.List;

/**
 * The layers of a residual network between the input normalization and the last feature maps.
 *
 * @param name of the model
 * @param bottleneck whether a block is a 3x3 convolution between two 1x1 convolutions, the last of
 *     which has four times the channels; otherwise it is two 3x3 convolutions
 * @param repeats number of blocks of each stage
 * @param width channels of the stem and of the 3x3 convolutions of the first stage; each further
 *     stage doubles them
 */
record ResidualStages(String name, boolean bottleneck, List<Integer> repeats, int width) {
  /** Adds the skip connection of a block. */
  @FunctionalInterface
  interface SkipConnection {
    LayerOutput add(LayerOutput branch, LayerOutput shortcut, String prefix, double rate);
  }

  /** Returns the number of blocks. */
  int blocks() {
    return repeats.stream().mapToInt(Integer::intValue).sum();
  }

  /**
   * Connects the layers.
   *
   * @param origin what the details of the layers follow
   * @param rates stochastic depth rate of each block
   */
  LayerOutput features(
      LayerOutput images, ResNetOrigin origin, List<Double> rates, SkipConnection skip) {
    return new Layers(origin).features(images, rates, skip);
  }

  /** Connects layers with the details of an origin. */
  private final class Layers {
    private final ResNetOrigin origin;

    Layers(ResNetOrigin origin) {
      this.origin = origin;
    }

    LayerOutput features(LayerOutput images, List<Double> rates, SkipConnection skip) {
      LayerOutput x = convolution(images, "conv1", width, 7, 2);
      x = activated(normalized(x, "conv1"), "conv1_relu");
      // After ReLU, zeros are never larger than the values beside them.
      x = ZeroPadding2D.of(1, 1, 1, 1).named("pool1_pad").on(x);
      x = MaxPooling2D.of(3).strides(2).named("pool1_pool").on(x);
      int block = 0;
      for (int stage = 0; stage < repeats.size(); stage++) {
        for (int repeat = 0; repeat < repeats.get(stage); repeat++) {
          String prefix = "conv" + (stage + 2) + "_block" + (repeat + 1) + "_";
          int stride = stage > 0 && repeat == 0 ? 2 : 1;
          LayerOutput branch = branch(x, prefix, width << stage, stride);
          LayerOutput shortcut = shortcut(x, prefix, branch.shape().size(-1), stride);
          x = skip.add(branch, shortcut, prefix, rates.get(block++));
          x = activated(x, prefix + "out");
        }
      }
      return x;
    }

    private LayerOutput branch(LayerOutput input, String prefix, int filters, int stride) {
      LayerOutput x = input;
      if (bottleneck) {
        x = convolution(x, prefix + "1", filters, 1, origin.stridesFirst() ? stride : 1);
        x = activated(normalized(x, prefix + "1"), prefix + "1_relu");
        x = convolution(x, prefix + "2", filters, 3, origin.stridesFirst() ? 1 : stride);
        x = activated(normalized(x, prefix + "2"), prefix + "2_relu");
        x = convolution(x, prefix + "3", 4 * filters, 1, 1);
        return normalized(x, prefix + "3");
      }
      x = convolution(x, prefix + "1", filters, 3, stride);
      x = activated(normalized(x, prefix + "1"), prefix + "1_relu");
      x = convolution(x, prefix + "2", filters, 3, 1);
      return normalized(x, prefix + "2");
    }

    private LayerOutput shortcut(LayerOutput x, String prefix, int filters, int stride) {
      boolean same = stride == 1 && x.shape().size(-1) == filters;
      return same ? x : normalized(convolution(x, prefix + "0", filters, 1, stride), prefix + "0");
    }

    /** Adds a convolution with the same padding on all sides. */
    private LayerOutput convolution(
        LayerOutput input, String prefix, int filters, int kernel, int stride) {
      int half = kernel / 2;
      boolean apart = stride > 1 && half > 0;
      LayerOutput x = input;
      if (apart) {
        x = ZeroPadding2D.of(half, half, half, half).named(prefix + "_pad").on(x);
      }
      return Conv2D.of(filters, kernel)
          .strides(stride)
          .padding(apart ? Padding.VALID : Padding.SAME)
          .useBias(origin.bias())
          .kernelInitializer(origin.kernels())
          .named(prefix + "_conv")
          .on(x);
    }

    private LayerOutput normalized(LayerOutput x, String prefix) {
      return BatchNormalization.create()
          .momentum(origin.momentum())
          .epsilon(origin.epsilon())
          .named(prefix + "_bn")
          .on(x);
    }

    private LayerOutput activated(LayerOutput x, String name) {
      return ActivationLayer.of(Activation.RELU).named(name).on(x);
    }
  }
}
