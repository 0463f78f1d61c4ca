package dev.espalier.models;

import dev.espalier.graph.Padding;
import dev.espalier.layer.LayerOutput;
import dev.espalier.model.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * EfficientNetV2 as published in 2021, with Keras' layers.
 *
 * @param width factor for the number of channels
 * @param depth factor for the number of blocks per stage
 * @param imageNet whether color images are normalized with ImageNet's mean and variance; otherwise
 *     to [-1, 1)
 */
record SecondGeneration(
    String name, double width, double depth, int imageSize, List<Stage> stages, boolean imageNet)
    implements Architecture {
  static final List<Stage> BASE =
      List.of(
          Stage.fused(1, 32, 16, 1, 1),
          Stage.fused(2, 16, 32, 4, 2),
          Stage.fused(2, 32, 48, 4, 2),
          Stage.mobile(3, 3, 48, 96, 4, 2),
          Stage.mobile(3, 5, 96, 112, 6, 1),
          Stage.mobile(3, 8, 112, 192, 6, 2));

  static final List<Stage> SMALL =
      List.of(
          Stage.fused(2, 24, 24, 1, 1),
          Stage.fused(4, 24, 48, 4, 2),
          Stage.fused(4, 48, 64, 4, 2),
          Stage.mobile(3, 6, 64, 128, 4, 2),
          Stage.mobile(3, 9, 128, 160, 6, 1),
          Stage.mobile(3, 15, 160, 256, 6, 2));

  static final List<Stage> MEDIUM =
      List.of(
          Stage.fused(3, 24, 24, 1, 1),
          Stage.fused(5, 24, 48, 4, 2),
          Stage.fused(5, 48, 80, 4, 2),
          Stage.mobile(3, 7, 80, 160, 4, 2),
          Stage.mobile(3, 14, 160, 176, 6, 1),
          Stage.mobile(3, 18, 176, 304, 6, 2),
          Stage.mobile(3, 5, 304, 512, 6, 1));

  static final List<Stage> LARGE =
      List.of(
          Stage.fused(4, 32, 32, 1, 1),
          Stage.fused(7, 32, 64, 4, 2),
          Stage.fused(7, 64, 96, 4, 2),
          Stage.mobile(3, 10, 96, 192, 4, 2),
          Stage.mobile(3, 19, 192, 224, 6, 1),
          Stage.mobile(3, 25, 224, 384, 6, 2),
          Stage.mobile(3, 7, 384, 640, 6, 1));

  static final List<Stage> EXTRA_LARGE =
      List.of(
          Stage.fused(4, 32, 32, 1, 1),
          Stage.fused(8, 32, 64, 4, 2),
          Stage.fused(8, 64, 96, 4, 2),
          Stage.mobile(3, 16, 96, 192, 4, 2),
          Stage.mobile(3, 24, 192, 256, 6, 1),
          Stage.mobile(3, 32, 256, 512, 6, 2),
          Stage.mobile(3, 8, 512, 640, 6, 1));

  @Override
  public double momentum() {
    return 0.9;
  }

  @Override
  public double dropoutRate() {
    return 0.2;
  }

  @Override
  public Set<InputNormalization> normalizations(int channels) {
    return channels == 3
        ? Set.of(
            InputNormalization.IMAGENET, InputNormalization.ADVPROP, InputNormalization.CENTERED)
        : Set.of(InputNormalization.CENTERED);
  }

  @Override
  public InputNormalization normalizationFor(Weights weights, int channels) {
    return imageNet && channels == 3 ? InputNormalization.IMAGENET : InputNormalization.CENTERED;
  }

  /**
   * Like Keras, divides by the number of blocks before depth scaling, so that deep variants exceed
   * {@code rate}.
   */
  @Override
  public List<Double> dropConnectRates(double rate) {
    int unscaled = stages.stream().mapToInt(Stage::repeats).sum();
    int count = IntStream.range(0, stages.size()).map(this::repeats).sum();
    List<Double> rates = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rates.add(rate * i / unscaled);
    }
    return rates;
  }

  @Override
  public LayerOutput features(
      LayerOutput images, InputNormalization normalization, Blocks blocks, double dropConnectRate) {
    LayerOutput x = normalization.constant(images);
    int stem = filters(stages.get(0).inChannels());
    x = strided(blocks, x, "stem_conv", stem, 3, 2);
    x = blocks.normalized(x, "stem_bn");
    x = blocks.activated(x, "stem_activation");
    List<Double> rates = dropConnectRates(dropConnectRate);
    int index = 0;
    for (int s = 0; s < stages.size(); s++) {
      Stage stage = stages.get(s);
      for (int r = 0; r < repeats(s); r++) {
        int stride = r == 0 ? stage.stride() : 1;
        String prefix = Blocks.prefix(s, r);
        LayerOutput y =
            stage.fused()
                ? fused(blocks, x, prefix, stage, stride)
                : mobile(blocks, x, prefix, stage, stride);
        boolean skips = stride == 1 && Blocks.channels(x) == Blocks.channels(y);
        x = skips ? ImageModelBuilder.skipping(y, x, prefix, rates.get(index)) : y;
        index++;
      }
    }
    x = blocks.convolution(x, "top_conv", filters(1280), 1, 1, Padding.SAME);
    x = blocks.normalized(x, "top_bn");
    return blocks.activated(x, "top_activation");
  }

  private LayerOutput fused(
      Blocks blocks, LayerOutput input, String prefix, Stage stage, int stride) {
    int outChannels = filters(stage.outChannels());
    int kernel = stage.kernel();
    LayerOutput x = input;
    if (stage.expand() == 1) {
      x = strided(blocks, x, prefix + "project_conv", outChannels, kernel, stride);
      x = blocks.normalized(x, prefix + "project_bn");
      return blocks.activated(x, prefix + "project_activation");
    }
    int expanded = Blocks.channels(input) * stage.expand();
    x = strided(blocks, x, prefix + "expand_conv", expanded, kernel, stride);
    x = blocks.normalized(x, prefix + "expand_bn");
    x = blocks.activated(x, prefix + "expand_activation");
    x = blocks.convolution(x, prefix + "project_conv", outChannels, 1, 1, Padding.SAME);
    return blocks.normalized(x, prefix + "project_bn");
  }

  private LayerOutput mobile(
      Blocks blocks, LayerOutput input, String prefix, Stage stage, int stride) {
    int inChannels = Blocks.channels(input);
    int expanded = inChannels * stage.expand();
    LayerOutput x = input;
    x = blocks.convolution(x, prefix + "expand_conv", expanded, 1, 1, Padding.SAME);
    x = blocks.normalized(x, prefix + "expand_bn");
    x = blocks.activated(x, prefix + "expand_activation");
    boolean apart = blocks.padsApart(stride);
    x = apart ? blocks.padded(x, prefix + "dwconv2_pad", stage.kernel()) : x;
    Padding padding = apart ? Padding.VALID : Padding.SAME;
    x = blocks.depthwise(x, prefix + "dwconv2", stage.kernel(), stride, padding);
    x = blocks.normalized(x, prefix + "bn");
    x = blocks.activated(x, prefix + "activation");
    x = blocks.squeezedAndExcited(x, prefix, Blocks.squeezed(inChannels));
    int outChannels = filters(stage.outChannels());
    x = blocks.convolution(x, prefix + "project_conv", outChannels, 1, 1, Padding.SAME);
    return blocks.normalized(x, prefix + "project_bn");
  }

  private static LayerOutput strided(
      Blocks blocks, LayerOutput input, String name, int filters, int kernel, int stride) {
    if (!blocks.padsApart(stride)) {
      return blocks.convolution(input, name, filters, kernel, stride, Padding.SAME);
    }
    LayerOutput padded = blocks.padded(input, name + "_pad", kernel);
    return blocks.convolution(padded, name, filters, kernel, stride, Padding.VALID);
  }

  /** Rounds to the nearest multiple of 8. */
  private int filters(int unscaled) {
    return Math.max(8, 8 * (int) Math.floor((unscaled * width + 4) / 8));
  }

  @Override
  public int repeats(int stage) {
    return (int) Math.ceil(depth * stages.get(stage).repeats());
  }
}
