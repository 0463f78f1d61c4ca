package dev.espalier.models;

import dev.espalier.activation.Activation;
import dev.espalier.graph.Padding;
import dev.espalier.layer.LayerOutput;
import dev.espalier.model.Weights;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * EfficientNet-Lite as published in 2020: the first generation without squeeze and excitation, with
 * ReLU6, and with a stem and a head of fixed size. Layers have the names of the first generation.
 *
 * @param width factor for the number of channels between stem and head
 * @param depth factor for the number of blocks per stage, except the first and the last
 */
record Lite(String name, double width, double depth, int imageSize, double dropoutRate)
    implements Architecture {
  @Override
  public double momentum() {
    return 0.99;
  }

  @Override
  public Activation activation() {
    return Activation.RELU6;
  }

  @Override
  public boolean squeezes() {
    return false;
  }

  @Override
  public List<Stage> stages() {
    return FirstGeneration.STAGES;
  }

  @Override
  public int repeats(int stage) {
    int unscaled = stages().get(stage).repeats();
    boolean scaled = stage > 0 && stage < stages().size() - 1;
    return scaled ? (int) Math.ceil(depth * unscaled) : unscaled;
  }

  @Override
  public Set<InputNormalization> normalizations(int channels) {
    return channels == 3
        ? Set.of(
            InputNormalization.IMAGENET, InputNormalization.ADVPROP, InputNormalization.CENTERED)
        : Set.of(InputNormalization.ADVPROP, InputNormalization.CENTERED);
  }

  /**
   * The authors used (x - 127) / 128; timm evaluates their weights with x / 127.5 - 1, which
   * differs by less than a hundredth.
   */
  @Override
  public InputNormalization normalizationFor(Weights weights, int channels) {
    return InputNormalization.ADVPROP;
  }

  @Override
  public List<Double> dropConnectRates(double rate) {
    int count = IntStream.range(0, stages().size()).map(this::repeats).sum();
    return IntStream.range(0, count).mapToObj(i -> rate * i / count).toList();
  }

  @Override
  public LayerOutput features(
      LayerOutput images, InputNormalization normalization, Blocks blocks, double dropConnectRate) {
    LayerOutput x = normalization.constant(images);
    x = blocks.padded(x, "stem_conv_pad", 3);
    x = blocks.convolution(x, "stem_conv", 32, 3, 2, Padding.VALID);
    x = blocks.normalized(x, "stem_bn");
    x = blocks.activated(x, "stem_activation");
    x = FirstGeneration.stages(this, x, blocks, width, dropConnectRates(dropConnectRate));
    x = blocks.convolution(x, "top_conv", 1280, 1, 1, Padding.SAME);
    x = blocks.normalized(x, "top_bn");
    return blocks.activated(x, "top_activation");
  }
}
