package dev.espalier.models;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Padding;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.preprocessing.Normalization;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Weights;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * EfficientNet as published in 2019, with Keras' layers.
 *
 * @param width factor for the number of channels
 * @param depth factor for the number of blocks per stage
 */
record FirstGeneration(String name, double width, double depth, int imageSize, double dropoutRate)
    implements Architecture {
  static final List<Stage> STAGES =
      List.of(
          Stage.mobile(3, 1, 32, 16, 1, 1),
          Stage.mobile(3, 2, 16, 24, 6, 2),
          Stage.mobile(5, 2, 24, 40, 6, 2),
          Stage.mobile(3, 3, 40, 80, 6, 2),
          Stage.mobile(5, 3, 80, 112, 6, 1),
          Stage.mobile(5, 4, 112, 192, 6, 2),
          Stage.mobile(3, 1, 192, 320, 6, 1));

  @Override
  public double momentum() {
    return 0.99;
  }

  @Override
  public List<Stage> stages() {
    return STAGES;
  }

  @Override
  public Set<InputNormalization> normalizations(int channels) {
    return channels == 3
        ? Set.of(
            InputNormalization.UNADAPTED,
            InputNormalization.IMAGENET,
            InputNormalization.IMAGENET_TF23,
            InputNormalization.ADVPROP)
        : Set.of(InputNormalization.UNADAPTED, InputNormalization.ADVPROP);
  }

  /**
   * A variance equal to ImageNet's standard deviation identifies the published files, however they
   * were loaded. Any other variance is really a variance.
   */
  @Override
  public InputNormalization normalizationFor(Weights weights, int channels) {
    boolean published =
        weights.contains("normalization/variance")
            && isAbout(
                weights.get("normalization/variance"), InputNormalization.STANDARD_DEVIATION);
    return published ? InputNormalization.IMAGENET : InputNormalization.UNADAPTED;
  }

  private static boolean isAbout(HostArray array, List<Double> expected) {
    if (array.elementCount() != expected.size()) {
      return false;
    }
    for (int i = 0; i < expected.size(); i++) {
      if (Math.abs(array.at(i) - expected.get(i)) > 1e-5) {
        return false;
      }
    }
    return true;
  }

  @Override
  public List<Double> dropConnectRates(double rate) {
    int count = IntStream.range(0, STAGES.size()).map(this::repeats).sum();
    return IntStream.range(0, count).mapToObj(i -> rate * i / count).toList();
  }

  @Override
  public LayerOutput features(
      LayerOutput images, InputNormalization normalization, Blocks blocks, double dropConnectRate) {
    LayerOutput x = Rescaling.of(1.0 / 255).named("rescaling").on(images);
    x = Normalization.create().named("normalization").on(x);
    if (normalization == InputNormalization.IMAGENET) {
      List<Double> correction =
          InputNormalization.STANDARD_DEVIATION.stream()
              .map(value -> 1 / Math.sqrt(value))
              .toList();
      x = Rescaling.perChannel(correction, List.of(0.0, 0.0, 0.0)).named("rescaling_1").on(x);
    }
    x = blocks.padded(x, "stem_conv_pad", 3);
    x = blocks.convolution(x, "stem_conv", filters(32, width), 3, 2, Padding.VALID);
    x = blocks.normalized(x, "stem_bn");
    x = blocks.activated(x, "stem_activation");
    x = stages(this, x, blocks, width, dropConnectRates(dropConnectRate));
    x = blocks.convolution(x, "top_conv", filters(1280, width), 1, 1, Padding.SAME);
    x = blocks.normalized(x, "top_bn");
    return blocks.activated(x, "top_activation");
  }

  /**
   * Connects the blocks of all stages.
   *
   * @param width factor for the number of channels
   * @param rates stochastic depth rate of each block
   */
  static LayerOutput stages(
      Architecture architecture,
      LayerOutput input,
      Blocks blocks,
      double width,
      List<Double> rates) {
    LayerOutput x = input;
    int index = 0;
    for (int s = 0; s < STAGES.size(); s++) {
      Stage stage = STAGES.get(s);
      int outChannels = filters(stage.outChannels(), width);
      for (int r = 0; r < architecture.repeats(s); r++) {
        int stride = r == 0 ? stage.stride() : 1;
        String prefix = Blocks.prefix(s, r);
        LayerOutput y =
            branch(blocks, x, prefix, stage, outChannels, stride, architecture.squeezes());
        boolean skips = stride == 1 && Blocks.channels(x) == outChannels;
        x = skips ? ImageModelBuilder.skipping(y, x, prefix, rates.get(index)) : y;
        index++;
      }
    }
    return x;
  }

  private static LayerOutput branch(
      Blocks blocks,
      LayerOutput input,
      String prefix,
      Stage stage,
      int outChannels,
      int stride,
      boolean squeezes) {
    int inChannels = Blocks.channels(input);
    LayerOutput x = input;
    if (stage.expand() != 1) {
      int expanded = inChannels * stage.expand();
      x = blocks.convolution(x, prefix + "expand_conv", expanded, 1, 1, Padding.SAME);
      x = blocks.normalized(x, prefix + "expand_bn");
      x = blocks.activated(x, prefix + "expand_activation");
    }
    Padding padding = Padding.SAME;
    if (stride == 2) {
      x = blocks.padded(x, prefix + "dwconv_pad", stage.kernel());
      padding = Padding.VALID;
    }
    x = blocks.depthwise(x, prefix + "dwconv", stage.kernel(), stride, padding);
    x = blocks.normalized(x, prefix + "bn");
    x = blocks.activated(x, prefix + "activation");
    if (squeezes) {
      x = blocks.squeezedAndExcited(x, prefix, Blocks.squeezed(inChannels));
    }
    x = blocks.convolution(x, prefix + "project_conv", outChannels, 1, 1, Padding.SAME);
    return blocks.normalized(x, prefix + "project_bn");
  }

  /** Rounds to a multiple of 8, but not down by more than 10 %. */
  static int filters(int unscaled, double width) {
    double scaled = unscaled * width;
    int rounded = Math.max(8, 8 * (int) Math.floor((scaled + 4) / 8));
    return rounded < 0.9 * scaled ? rounded + 8 : rounded;
  }

  @Override
  public int repeats(int stage) {
    return (int) Math.ceil(depth * STAGES.get(stage).repeats());
  }
}
