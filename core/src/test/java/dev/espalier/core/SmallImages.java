package dev.espalier.core;

import dev.espalier.activation.Activation;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Data that is easy to learn and models that learn it in seconds. */
final class SmallImages {
  static final int SIDE = 8;
  static final int CLASSES = 3;

  private SmallImages() {}

  /** Returns images in which the channel of the class is brighter than the others. */
  static Dataset colours(int count) {
    return colours(count, SIDE);
  }

  static Dataset colours(int count, int side) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int label = i % CLASSES;
      RandomStream random = RandomKey.ofSeed(7).with(i).stream();
      byte[] pixels = new byte[side * side * 3];
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = (byte) (random.nextInt(128) + (p % 3 == label ? 100 : 0));
      }
      samples.add(new Sample(Image.wrap(side, side, 3, pixels), label));
    }
    return Datasets.of("colours", List.of("red", "green", "blue"), samples);
  }

  /** Returns a data set whose images are all of one value and labels count up. */
  static Dataset constant(int value, int... labels) {
    byte[] pixels = new byte[SIDE * SIDE * 3];
    java.util.Arrays.fill(pixels, (byte) value);
    Image image = Image.wrap(SIDE, SIDE, 3, pixels);
    return Datasets.of(
        "constant",
        List.of("red", "green", "blue"),
        IntStream.of(labels).mapToObj(label -> new Sample(image, label)).toList());
  }

  /** Returns images in which any of the channels, or none, are brighter: those of the classes. */
  static Dataset lights(int count) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int set = i % (1 << CLASSES);
      RandomStream random = RandomKey.ofSeed(8).with(i).stream();
      byte[] pixels = new byte[SIDE * SIDE * 3];
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = (byte) (random.nextInt(100) + (set >> p % 3 & 1) * 150);
      }
      List<Integer> labels =
          IntStream.range(0, CLASSES).filter(k -> (set >> k & 1) == 1).boxed().toList();
      samples.add(new Sample(Image.wrap(SIDE, SIDE, 3, pixels), labels));
    }
    return Datasets.of("lights", List.of("red", "green", "blue"), samples);
  }

  /** Returns a model with a trunk that has running statistics, dropout, and a head. */
  static Model network() {
    return network(Activation.SOFTMAX);
  }

  static Model network(Activation last) {
    return Sequential.of(
        Input.image(SIDE, SIDE, 3),
        Rescaling.of(1 / 255.0).named("scale"),
        Conv2D.of(4, 3).useBias(false).named("stem_conv"),
        BatchNormalization.create().momentum(0.9).named("stem_bn"),
        Conv2D.of(6, 3).useBias(false).named("block1_conv"),
        BatchNormalization.create().momentum(0.9).named("block1_bn"),
        GlobalAveragePooling2D.create().named("pool"),
        Dropout.of(0.2).named("drop"),
        Dense.of(CLASSES).activation(last).named("head"));
  }
}
