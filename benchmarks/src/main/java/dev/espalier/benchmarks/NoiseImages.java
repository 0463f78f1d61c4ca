package dev.espalier.benchmarks;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Images of noise, all in memory, so that a measurement is about the engine and not about reading.
 */
final class NoiseImages {
  private NoiseImages() {}

  static Dataset of(int count, int side, int classes) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RandomStream random = RandomKey.ofSeed(1).with("noise").with(i).stream();
      byte[] pixels = new byte[side * side * 3];
      for (int j = 0; j < pixels.length; j++) {
        pixels[j] = (byte) random.nextInt(256);
      }
      samples.add(new Sample(Image.wrap(side, side, 3, pixels), random.nextInt(classes)));
    }
    List<String> names = IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
    return Datasets.of("noise", names, samples);
  }
}
